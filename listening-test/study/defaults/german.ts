import type { TranslatedDefaults } from './translatedDefaults.ts';

/** What a German study gets that says nothing itself. */
export const germanDefaults: TranslatedDefaults = {
  title: 'Hörstudie',
  texts: {
    consent: `## Teilnahme

In dieser Studie hören Sie kurze Klänge und sagen, was Sie hören. Manche sind leicht zu erkennen, andere sehr schwer; das ist so gewollt.

- Die Teilnahme ist freiwillig. Sie können jederzeit aufhören und Ihre Antworten löschen lassen.
- Wir speichern Ihre Antworten, wann Sie sie gegeben haben, und technische Angaben zu Ihrem Browser. Ihren Namen speichern wir nicht. Eine Kennung einer Rekrutierungsplattform wird nur in einer Form gespeichert, aus der sie sich nicht zurückgewinnen lässt.
- Bei angenehmer Lautstärke sind die Klänge unschädlich. Bitte stellen Sie die Lautstärke nicht sehr hoch ein.

Wenn Sie einverstanden sind, klicken Sie unten auf die Schaltfläche. Sie müssen mindestens 18 Jahre alt sein.`,
    instructions: `## Ihre Aufgabe

Bitte benutzen Sie Kopfhörer und setzen Sie sich an einen ruhigen Ort. Das sind die Schritte:

{level} 1. Sie stellen die Lautstärke ein.
{antiphase,huggins} 1. Wir prüfen Ihre Kopfhörer.
{demographics} 1. Sie beantworten einige Fragen zu Ihrer Person.
{practice} 1. Sie üben mit einigen Klängen.
1. Sie hören einen Klang nach dem anderen und beantworten zu jedem eine Frage. Jeder Klang wird **einmal** abgespielt.

Wenn Sie unterbrechen müssen, schließen Sie die Seite: Derselbe Link bringt Sie dorthin zurück, wo Sie waren.`,
    debriefing: `## Worum es ging

Die meisten Klänge, die Sie gehört haben, hat ein Computermodell des Hörens erzeugt: Für das Modell klingen sie wie eine Aufnahme, und wir möchten wissen, ob das auch für Menschen gilt. Wo Sie nichts erkennen konnten, hört das Modell anders als Sie; diese Antworten sagen uns ebenso viel wie die übrigen.`,
  },
  tasks: {
    word: {
      prompt: 'Welches Wort haben Sie in der Mitte des Klangs gehört?',
      instructions: `## Wörter

Jeder Klang dauert etwa zwei Sekunden. Geben Sie das Wort an, das Sie **in der Mitte** des Klangs hören. Tippen Sie es ein und wählen Sie es aus der Liste, die erscheint; nur Wörter der Liste können Sie als Antwort geben. Wenn Sie nicht sicher sind, raten Sie, so gut Sie können.`,
    },
    genre: {
      prompt: 'Welche Art von Musik haben Sie gehört?',
      instructions: `## Musik

Jeder Klang dauert etwa zwei Sekunden. Wählen Sie die Art von Musik, die Sie hören. Wenn Sie nicht sicher sind, raten Sie, so gut Sie können.`,
    },
    choice: {
      prompt: 'Was davon haben Sie gehört?',
      instructions: `## Was haben Sie gehört?

Jeder Klang wird einmal abgespielt. Wählen Sie, was Sie gehört haben. Wenn Sie nicht sicher sind, raten Sie, so gut Sie können.`,
    },
    'same-different': {
      prompt: 'Waren die beiden Klänge gleich oder verschieden?',
      instructions: `## Gleich oder verschieden

Sie hören zwei Klänge nacheinander. Geben Sie an, ob sie gleich oder verschieden waren.`,
    },
    rating: {
      prompt: 'Wie natürlich klang das?',
      instructions: `## Bewerten Sie, was Sie hören

Jeder Klang wird einmal abgespielt. Geben Sie an, wo er auf der Skala liegt.`,
    },
    ab: {
      prompt: 'Welcher der beiden Klänge war die Aufnahme?',
      instructions: `## A oder B

Sie hören zwei Klänge, zuerst A, dann B. Einer davon ist eine Aufnahme. Geben Sie an, welcher.`,
    },
    abx: {
      prompt: 'Welcher der beiden war der letzte Klang?',
      instructions: `## Welcher war es?

Sie hören zwei Klänge, zuerst A, dann B, und danach einen davon noch einmal. Geben Sie an, welcher es war.`,
    },
    'odd-one-out': {
      prompt: 'Welcher der drei Klänge war anders als die beiden anderen?',
      instructions: `## Einer ist anders

Sie hören drei Klänge. Zwei davon sind gleich, einer ist anders. Geben Sie an, welcher.`,
    },
    detection: {
      prompt: 'War das Signal im Klang zu hören?',
      instructions: `## War es da?

Sie hören einen Klang nach dem anderen. In manchen ist ein Signal, in anderen nicht. Geben Sie an, ob es da war.`,
    },
    mushra: {
      prompt: 'Wie gut ist jeder Klang im Vergleich zur Referenz?',
      instructions: `## Vergleichen Sie mit der Referenz

Sie sehen eine Referenz und mehrere Klänge, die Sie beliebig oft abspielen können. Bewerten Sie jeden im Vergleich zur Referenz. Einer davon **ist** die Referenz: Er sollte 100 bekommen.`,
    },
  },
};
