import type { TranslatedDefaults } from './translatedDefaults.ts';

/** What a Spanish study gets that says nothing itself. */
export const spanishDefaults: TranslatedDefaults = {
  title: 'Estudio de escucha',
  texts: {
    consent: `## Participación

En este estudio escuchará sonidos breves e indicará lo que oye. Algunos son fáciles de reconocer y otros muy difíciles; es intencionado.

- La participación es voluntaria. Puede dejarlo en cualquier momento y hacer que se borren sus respuestas.
- Guardamos sus respuestas, cuándo las dio y datos técnicos de su navegador. No guardamos su nombre. El identificador de una plataforma de reclutamiento solo se guarda de una forma que no permite recuperarlo.
- Los sonidos no son dañinos a un volumen cómodo. No ponga el volumen muy alto, por favor.

Si está de acuerdo, pulse el botón de abajo. Debe tener al menos 18 años.`,
    instructions: `## Lo que va a hacer

Use auriculares y siéntese en un lugar tranquilo, por favor. Estos son los pasos:

{level} 1. Ajusta el volumen.
{antiphase,huggins} 1. Comprobamos sus auriculares.
{demographics} 1. Responde a algunas preguntas sobre usted.
{practice} 1. Practica con algunos sonidos.
1. Oye un sonido cada vez y responde a una pregunta sobre él. Cada sonido se reproduce **una sola vez**.

Si tiene que interrumpir el estudio, cierre la página: el mismo enlace le lleva de vuelta adonde estaba.`,
    debriefing: `## De qué trataba el estudio

La mayoría de los sonidos que ha oído los creó un modelo informático de la audición: para el modelo suenan igual que una grabación, y queremos saber si también es así para las personas. Donde no pudo reconocer nada, el modelo oye de manera distinta a usted; esas respuestas nos enseñan tanto como las demás.`,
  },
  tasks: {
    word: {
      prompt: '¿Qué palabra oyó en medio del sonido?',
      instructions: `## Palabras

Cada sonido dura unos dos segundos. Indique la palabra que oye **en medio** del sonido. Escríbala y elíjala en la lista que aparece; solo se puede responder con palabras de la lista. Si no está seguro o segura, elija lo que le parezca más probable.`,
    },
    genre: {
      prompt: '¿Qué tipo de música oyó?',
      instructions: `## Música

Cada sonido dura unos dos segundos. Elija el tipo de música que oye. Si no está seguro o segura, elija lo que le parezca más probable.`,
    },
    choice: {
      prompt: '¿Cuál de estas opciones oyó?',
      instructions: `## ¿Qué oyó?

Cada sonido se reproduce una sola vez. Elija lo que oyó. Si no está seguro o segura, elija lo que le parezca más probable.`,
    },
    'same-different': {
      prompt: '¿Eran los dos sonidos iguales o diferentes?',
      instructions: `## Iguales o diferentes

Oirá dos sonidos, uno después del otro. Indique si eran iguales o diferentes.`,
    },
    rating: {
      prompt: '¿En qué medida sonaba natural?',
      instructions: `## Valore lo que oye

Cada sonido se reproduce una sola vez. Indique en qué punto de la escala está.`,
    },
    ab: {
      prompt: '¿Cuál de los dos sonidos era la grabación?',
      instructions: `## A o B

Oirá dos sonidos, primero A y después B. Uno de ellos es una grabación. Indique cuál.`,
    },
    abx: {
      prompt: '¿Cuál de los dos era el último sonido?',
      instructions: `## ¿Cuál era?

Oirá dos sonidos, primero A y después B, y luego uno de ellos otra vez. Indique cuál era.`,
    },
    'odd-one-out': {
      prompt: '¿Cuál de los tres sonidos era diferente de los otros dos?',
      instructions: `## El diferente

Oirá tres sonidos. Dos de ellos son iguales y uno es diferente. Indique cuál.`,
    },
    detection: {
      prompt: '¿Estaba la señal en el sonido?',
      instructions: `## ¿Estaba?

Oirá un sonido cada vez. Algunos contienen una señal y otros no. Indique si estaba.`,
    },
    mushra: {
      prompt: '¿Qué calidad tiene cada sonido en comparación con la referencia?',
      instructions: `## Compare con la referencia

Verá una referencia y varios sonidos, que puede reproducir tantas veces como quiera. Valore cada uno en comparación con la referencia. Uno de ellos **es** la referencia: debería recibir 100.`,
    },
  },
};
