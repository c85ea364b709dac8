import { type Band, funkBand, machineBand, metalBand, rapBand, rockBand, skaBand } from './bands.ts';

/** How pieces of a genre are made. */
export interface Genre {
  name: string;
  /** Slowest and fastest, beats a minute. */
  tempo: readonly [number, number];
  /** MMA grooves (`library:Name`); each line's first word is held apart with its variants from those of other lines. */
  grooves: readonly string[];
  /** Drum patterns of MMA's zoom library that the band plays over. */
  drumPatterns?: readonly string[];
  band?: Band;
  /** Chords are fifths without third. */
  powerChords?: boolean;
}

const names = (text: string) => text.split(' ');
const numbered = (library: string, count: number) =>
  Array.from({ length: count }, (_, index) => `zoom:${library}${String(index + 1).padStart(2, '0')}`);

/** The genres of the shipped model, alphabetical. */
export const genres: readonly Genre[] = [
  {
    name: 'bluegrass',
    tempo: [100, 150],
    grooves: names(
      'BlueGrass BlueGrassClap BlueGrassBottle BlueGrassBottleClap BlueGrassSus BlueGrassSusClap ' +
        'HillCountry HillCountryPlus HillCountrySus',
    ),
  },
  {
    name: 'blues',
    tempo: [65, 125],
    grooves: names(
      'Blues Blues1 BluesTriple BluesTripleL Blues128 Blues68 Blues68Walk FastBlues FastBlues1 ' +
        'SlowBlues SlowBluesWalk4 SlowBluesWalk8 casio:Blues ShuffleBoggie ShuffleBoggie1',
    ),
  },
  {
    name: 'bossa',
    tempo: [105, 150],
    grooves: names(
      'BossaNova BossaNovaSus BossaNova1Sus BossaNova2Sus BossaNova3Sus BossaNovaPlus kara:kbossaA ' +
        'kara:kbossaB kara:kbossaC yamaha:JazzBossaA yamaha:JazzBossaB',
    ),
  },
  {
    name: 'country',
    tempo: [90, 150],
    grooves: names(
      'CountrySwing CountrySwing1 CountrySwing2 SlowCountry SlowCountryWalk SlowCountryPlus ' +
        'WesternSwing WesternSwingPlus yamaha:JazzCountryMainA yamaha:JazzCountryMainB ' +
        'yamaha:WesternMainA yamaha:WesternMainB',
    ),
  },
  {
    name: 'folk',
    tempo: [85, 130],
    grooves: names(
      'Folk FolkWalk FolkArticulated FolkSus FolkBallad FolkBallad1 FolkBalladPlus BlueFolk ' +
        'BlueFolk2 GuitarBallad GuitarBallad1',
    ),
  },
  {
    name: 'funk',
    tempo: [92, 120],
    grooves: names(
      'BVFunk BVFunkSus BVFunkHorns casio:Funk1 casio:Funk2 kara:Kfunk1A kara:Kfunk1B kara:Kfunk1C',
    ),
    drumPatterns: numbered('FUNK', 12),
    band: funkBand,
  },
  {
    name: 'hiphop',
    tempo: [78, 104],
    grooves: names('casio:Hip-Hop alexis:Hiphop casio:TripHop'),
    drumPatterns: numbered('HIP', 18),
    band: rapBand,
  },
  {
    name: 'hymn',
    tempo: [72, 108],
    grooves: names('Hymn HymnRoot HymnWalk HymnRootWalk HymnPlus HymnWalkPlus HymnRootPlus HymnRootWalkPlus'),
  },
  {
    name: 'march',
    tempo: [100, 130],
    grooves: names(
      'March March1 March2 March3 March4 68March 68MarchPlus BWMarch BWMarchPlus BWMarchPlus2 ' +
        'casio:GermanMarch DixieMarch',
    ),
  },
  {
    name: 'metal',
    tempo: [110, 175],
    grooves: names('casio:HeavyMetal'),
    drumPatterns: [
      ...numbered('MTL', 4),
      ...numbered('HRK', 7),
      ...numbered('THRS', 2),
      ...numbered('PUNK', 2),
    ],
    band: metalBand,
    powerChords: true,
  },
  {
    name: 'pianoballad',
    tempo: [60, 90],
    grooves: names(
      'PianoBallad PianoBallad1 PianoBallad2 PianoBalladSus PianoBallad1Sus PianoBallad2Sus ' +
        'Arpeggio4 Arpeggio8 Arpeggio48',
    ),
  },
  {
    name: 'polka',
    tempo: [105, 140],
    grooves: names(
      'Polka PolkaArp PolkaSus Polka1 Polka1Arp Polka1Sus casio:Polka casio:PolkaFox casio:PopPolka',
    ),
  },
  {
    name: 'ragtime',
    tempo: [85, 130],
    grooves: names(
      'RagTime RagtimePlus RagtimeSus RagtimeSusPlus BoggieWoggie BoggieWoggie1 BoggieWoggie2 ' +
        'BoggieWoggie3',
    ),
  },
  {
    name: 'rock',
    tempo: [100, 145],
    grooves: names(
      'BasicRock BasicRock4 SoftRock1 casio:Rock1 casio:Rock2 casio:PopRock1 casio:PopRock2 ' +
        'casio:DigitalRock yamaha:W-RockMainA yamaha:W-RockMainB casio:60sRock',
    ),
    drumPatterns: numbered('ROCK', 19).filter((_, index) => index % 2 === 0),
    band: rockBand,
  },
  {
    name: 'salsa',
    tempo: [160, 205],
    grooves: names(
      'Salsa SalsaPlus SalsaSus yamaha:Salsa1MainA yamaha:Salsa1MainB yamaha:Salsa2MainA ' +
        'yamaha:Salsa2MainB Mambo Mambo1 Mambo2 yamaha:MamboMainA yamaha:MamboMainB',
    ),
  },
  {
    name: 'ska',
    tempo: [120, 165],
    grooves: names('Ska Ska1 SkaSus Ska1Sus SkaClap'),
    drumPatterns: numbered('SKA', 4),
    band: skaBand,
  },
  {
    name: 'swing',
    tempo: [120, 190],
    grooves: names(
      'Swing SwingWalk Swing1 Swing1Walk Swing2 EasySwing EasySwingWalk FastSwing FastSwingWalk ' +
        'BigBand BigBand1 casio:Swing casio:MiddleBigBand yamaha:JazzBasieA yamaha:JazzBasieB ' +
        'yamaha:JazzSwingMainA yamaha:JazzSwingMainB',
    ),
  },
  {
    name: 'tango',
    tempo: [105, 135],
    grooves: names(
      'Tango Tango1 TangoClean TangoCleanSus TangoCleanPlus LightTango LightTango1 LightTangoSus ' +
        'LightTango1Sus',
    ),
  },
  {
    name: 'techno',
    tempo: [122, 150],
    grooves: names(
      'casio:Techno casio:Rave casio:Trance1 casio:Trance2 Trance Trance1 Trance2 casio:Dance1 ' +
        'casio:Dance2 casio:House',
    ),
    drumPatterns: [...numbered('TECH', 10), ...numbered('HOUS', 4)],
    band: machineBand,
  },
  {
    name: 'waltz',
    tempo: [90, 180],
    grooves: names(
      'Waltz Waltz1 WaltzWalk Waltz1Walk FastWaltz FastWaltzWalk FrenchWaltz FrenchWaltz1 ' +
        'FrenchWaltz2 FrenchWaltz3 VieneseWaltz VieneseWaltz1 VieneseWaltz2 casio:PopWaltz',
    ),
  },
];

/** The genres of a corpus of size `tiny`. */
export const tinyGenres: readonly string[] = ['bossa', 'march', 'metal', 'ragtime', 'techno', 'waltz'];
