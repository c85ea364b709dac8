import type { TranslatedDefaults } from './translatedDefaults.ts';

/** What a French study gets that says nothing itself. */
export const frenchDefaults: TranslatedDefaults = {
  title: 'Étude d’écoute',
  texts: {
    consent: `## Participation

Dans cette étude, vous écoutez des sons brefs et vous indiquez ce que vous entendez. Certains sont faciles à reconnaître, d’autres très difficiles ; c’est voulu.

- La participation est volontaire. Vous pouvez arrêter à tout moment et faire effacer vos réponses.
- Nous enregistrons vos réponses, le moment où vous les donnez et des informations techniques sur votre navigateur. Nous n’enregistrons pas votre nom. L’identifiant d’une plateforme de recrutement n’est enregistré que sous une forme qui ne permet pas de le retrouver.
- Les sons sont sans danger à un volume confortable. Veuillez ne pas mettre le volume très fort.

Si vous êtes d’accord, appuyez sur le bouton ci-dessous. Vous devez avoir au moins 18 ans.`,
    instructions: `## Ce que vous allez faire

Merci d’utiliser un casque et de vous installer dans un endroit calme. Voici les étapes :

{level} 1. Vous réglez le volume.
{antiphase,huggins} 1. Nous vérifions votre casque.
{demographics} 1. Vous répondez à quelques questions sur vous.
{practice} 1. Vous vous entraînez avec quelques sons.
1. Vous écoutez un son à la fois et répondez à une question à son sujet. Chaque son n’est joué qu’**une seule fois**.

Si vous devez vous interrompre, fermez la page : le même lien vous ramène là où vous en étiez.`,
    debriefing: `## Le but de cette étude

La plupart des sons que vous avez entendus ont été créés par un modèle informatique de l’audition : pour le modèle, ils sont identiques à un enregistrement, et nous voulons savoir s’ils le sont aussi pour les êtres humains. Là où vous n’avez rien pu reconnaître, le modèle entend autrement que vous ; ces réponses nous apprennent autant que les autres.`,
  },
  tasks: {
    word: {
      prompt: 'Quel mot avez-vous entendu au milieu du son ?',
      instructions: `## Mots

Chaque son dure environ deux secondes. Indiquez le mot que vous entendez **au milieu** du son. Tapez-le et choisissez-le dans la liste qui s’affiche ; seuls les mots de la liste peuvent être donnés comme réponse. En cas de doute, choisissez ce qui vous paraît le plus probable.`,
    },
    genre: {
      prompt: 'Quel genre de musique avez-vous entendu ?',
      instructions: `## Musique

Chaque son dure environ deux secondes. Choisissez le genre de musique que vous entendez. En cas de doute, choisissez ce qui vous paraît le plus probable.`,
    },
    choice: {
      prompt: 'Qu’avez-vous entendu parmi ces possibilités ?',
      instructions: `## Qu’avez-vous entendu ?

Chaque son est joué une seule fois. Choisissez ce que vous avez entendu. En cas de doute, choisissez ce qui vous paraît le plus probable.`,
    },
    'same-different': {
      prompt: 'Les deux sons étaient-ils identiques ou différents ?',
      instructions: `## Identiques ou différents

Vous entendez deux sons, l’un après l’autre. Indiquez s’ils étaient identiques ou différents.`,
    },
    rating: {
      prompt: 'À quel point ce son était-il naturel ?',
      instructions: `## Notez ce que vous entendez

Chaque son est joué une seule fois. Indiquez où il se situe sur l’échelle.`,
    },
    ab: {
      prompt: 'Lequel des deux sons était l’enregistrement ?',
      instructions: `## A ou B

Vous entendez deux sons, d’abord A, puis B. L’un des deux est un enregistrement. Indiquez lequel.`,
    },
    abx: {
      prompt: 'Lequel des deux était le dernier son ?',
      instructions: `## Lequel était-ce ?

Vous entendez deux sons, d’abord A, puis B, puis de nouveau l’un des deux. Indiquez lequel c’était.`,
    },
    'odd-one-out': {
      prompt: 'Lequel des trois sons était différent des deux autres ?',
      instructions: `## L’intrus

Vous entendez trois sons. Deux sont identiques, un est différent. Indiquez lequel.`,
    },
    detection: {
      prompt: 'Le signal était-il présent dans le son ?',
      instructions: `## Était-il présent ?

Vous entendez un son à la fois. Certains contiennent un signal, d’autres non. Indiquez s’il était présent.`,
    },
    mushra: {
      prompt: 'Quelle est la qualité de chaque son par rapport à la référence ?',
      instructions: `## Comparez avec la référence

Vous voyez une référence et plusieurs sons, que vous pouvez écouter aussi souvent que vous le souhaitez. Notez chacun d’eux par rapport à la référence. L’un d’eux **est** la référence : il devrait obtenir 100.`,
    },
  },
};
