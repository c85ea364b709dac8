/** A band added over a drum pattern: MMA track lines, one of several per instrument chosen for each piece. */
export interface Band {
  bass: readonly string[];
  chords: readonly string[];
  extra?: readonly string[];
}

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

const numbered = (library: string, numbers: readonly number[]) =>
  numbers.map((n) => `zoom:${library}${String(n).padStart(2, '0')}`);

const metalBand: Band = {
  bass: [
    'Bass-Band Voice PickedBass; Octave 3; Volume f; Sequence {1 8 1 100 * 8}',
    'Bass-Band Voice FingeredBass; Octave 3; Volume f; Sequence {1 4 1 100; 2 8 1 90; 2.5 8 1 90; 3 4 1 100; 4 8 5 90; 4.5 8 1 90}',
  ],
  chords: [
    'Chord-Band Voice DistortionGuitar; Octave 4; Volume f; Sequence {1 8 90 * 8}',
    'Chord-Band Voice DistortionGuitar; Octave 4; Volume f; Sequence {1 16 90; 1.5 16 90; 1.75 16 90; 2 8 90; 2.5 16 90; 2.75 16 90; 3 16 90; 3.5 16 90; 3.75 16 90; 4 8 90; 4.5 8 90}',
    'Chord-Band Voice OverdriveGuitar; Octave 4; Volume f; Sequence {1 2 95; 3 8 90; 3.5 8 90; 4 4 90}',
    'Chord-Band Voice DistortionGuitar; Octave 4; Volume f; Sequence {1 16 90 * 16}',
  ],
};

const rapBand: Band = {
  bass: [
    'Bass-Band Voice SynthBass1; Octave 3; Volume f; Sequence {1 4. 1 100; 2.75 8 1 90; 3.5 4 5 90}',
    'Bass-Band Voice SynthBass2; Octave 2; Volume f; Sequence {1 2 1 110; 3.75 8 1 90; 4 4 3 80}',
    'Bass-Band Voice FingeredBass; Octave 3; Volume f; Sequence {1 8 1 100; 1.75 8 1 90; 2.5 8 5 90; 3.5 8 1 90; 4.25 8 6 80}',
  ],
  chords: [
    'Chord-Band Voice Piano2; Octave 5; Volume m; Sequence {1 4 80; 2.5 8 70}',
    'Chord-Band Voice RhodesPiano; Octave 5; Volume m; Sequence {1 1 75}',
    'Chord-Band Voice Strings; Octave 5; Volume m; Sequence {1 8 80; 3 8 75; 3.5 8 70}',
    'Arpeggio-Band Voice MusicBox; Octave 6; Volume m; Sequence {1 8 70; 1.75 8 70; 2.5 8 70; 3.5 8 70}',
  ],
};

const machineBand: Band = {
  bass: [
    'Bass-Band Voice SynthBass1; Octave 3; Volume f; Sequence {1.5 8 1 100; 2.5 8 1 100; 3.5 8 1 100; 4.5 8 1 100}',
    'Bass-Band Voice SynthBass2; Octave 3; Volume f; Sequence {1 16 1 90 * 16}',
    'Bass-Band Voice SynthBass1; Octave 3; Volume f; Sequence {1 8 1 100 * 8}',
  ],
  chords: [
    'Arpeggio-Band Voice SawWave; Octave 5; Volume m; Sequence {1 16 80 * 16}',
    'Chord-Band Voice Polysynth; Octave 5; Volume m; Sequence {1.5 16 80; 2.25 16 80; 3.5 16 80; 4.25 16 80}',
    'Arpeggio-Band Voice SquareWave; Octave 5; Volume m; Sequence {1 8 80 * 8}',
    'Chord-Band Voice Bass&Lead; Octave 5; Volume m; Sequence {1 8 80; 2.5 8 80; 4 8 80}',
  ],
};

const funkBand: Band = {
  bass: [
    'Bass-Band Voice SlapBass1; Octave 3; Volume f; Sequence {1 8 1 110; 1.75 16 1 80; 2.5 8 5 90; 3 16 1 80; 3.75 16 6 80; 4.5 8 1 90}',
    'Bass-Band Voice SlapBass2; Octave 3; Volume f; Sequence {1 16 1 110; 1.5 16 1 80; 2.75 16 1+ 90; 3.25 16 5 80; 4 16 6 90; 4.75 16 1 90}',
    'Bass-Band Voice FingeredBass; Octave 3; Volume f; Sequence {1 8 1 110; 2.25 16 1 80; 2.75 16 3 90; 3.5 8 5 80; 4.25 8 6 90}',
  ],
  chords: [
    'Chord-Band Voice Clavinet; Octave 5; Volume m; Sequence {1 16 90; 1.75 16 70; 2.25 16 80; 2.75 16 70; 3.5 16 80; 4.25 16 80; 4.75 16 70}',
    'Chord-Band Voice MutedGuitar; Octave 5; Volume m; Sequence {1 16 80 * 16}',
    'Chord-Band Voice CleanGuitar; Octave 5; Volume m; Sequence {1.5 16 80; 2 16 70; 2.5 16 80; 3.75 16 80; 4.5 16 80}',
  ],
  extra: [
    'Chord-Horns Voice BrassSection; Octave 5; Volume f; Sequence {1 16 90; 2.5 16 90} z',
    'Chord-Horns Voice BrassSection; Octave 5; Volume f; Sequence z {3.5 16 90; 4 8 90}',
  ],
};

const skaBand: Band = {
  bass: [
    'Bass-Band Voice FingeredBass; Octave 3; Volume f; Sequence {1 4 1 100; 2 4 3 90; 3 4 5 90; 4 4 3 90}',
    'Walk-Band Voice FingeredBass; Octave 3; Volume f; Sequence {1 4 90; 2 4 90; 3 4 90; 4 4 90}',
  ],
  chords: [
    'Chord-Band Voice CleanGuitar; Octave 5; Volume f; Sequence {1.5 16 90; 2.5 16 90; 3.5 16 90; 4.5 16 90}',
    'Chord-Band Voice Organ3; Octave 5; Volume f; Sequence {1.5 8 90; 2.5 8 90; 3.5 8 90; 4.5 8 90}',
    'Chord-Band Voice MutedGuitar; Octave 5; Volume f; Sequence {1.5 8 90; 2.5 8 90; 3.5 8 90; 4.5 8 90}',
  ],
  extra: [
    'Chord-Horns Voice BrassSection; Octave 5; Volume m; Sequence {1 4 80; 2.5 8 80} z',
    'Chord-Horns Voice TenorSax; Octave 5; Volume m; Sequence {1 2 80} {3 8 80; 3.5 8 80; 4 4 80}',
  ],
};

const rockBand: Band = {
  bass: [
    'Bass-Band Voice PickedBass; Octave 3; Volume f; Sequence {1 8 1 100 * 8}',
    'Bass-Band Voice FingeredBass; Octave 3; Volume f; Sequence {1 4 1 100; 2.5 8 1 90; 3 4 5 90; 4.5 8 5 90}',
  ],
  chords: [
    'Chord-Band Voice OverdriveGuitar; Octave 4; Volume m; Sequence {1 4 90; 2.5 8 80; 3 4 90; 4.5 8 80}',
    'Chord-Band Voice CleanGuitar; Octave 4; Volume m; Strum 5; Sequence {1 8 80 * 8}',
    'Chord-Band Voice SteelGuitar; Octave 4; Volume m; Strum 8; Sequence {1 4 90; 2 8 80; 2.5 8 80; 3 4 90; 4 8 80; 4.5 8 80}',
  ],
  extra: ['Chord-Keys Voice Organ2; Octave 5; Volume p; Sequence {1 1 70}'],
};

/** The genres of the shipped model, alphabetical. */
export const genres: readonly Genre[] = [
  {
    name: 'bluegrass',
    tempo: [100, 150],
    grooves: [
      'BlueGrass',
      'BlueGrassClap',
      'BlueGrassBottle',
      'BlueGrassBottleClap',
      'BlueGrassSus',
      'BlueGrassSusClap',
      'HillCountry',
      'HillCountryPlus',
      'HillCountrySus',
    ],
  },
  {
    name: 'blues',
    tempo: [65, 125],
    grooves: [
      'Blues',
      'Blues1',
      'BluesTriple',
      'BluesTripleL',
      'Blues128',
      'Blues68',
      'Blues68Walk',
      'FastBlues',
      'FastBlues1',
      'SlowBlues',
      'SlowBluesWalk4',
      'SlowBluesWalk8',
      'casio:Blues',
      'ShuffleBoggie',
      'ShuffleBoggie1',
    ],
  },
  {
    name: 'bossa',
    tempo: [105, 150],
    grooves: [
      'BossaNova',
      'BossaNovaSus',
      'BossaNova1Sus',
      'BossaNova2Sus',
      'BossaNova3Sus',
      'BossaNovaPlus',
      'kara:kbossaA',
      'kara:kbossaB',
      'kara:kbossaC',
      'yamaha:JazzBossaA',
      'yamaha:JazzBossaB',
    ],
  },
  {
    name: 'country',
    tempo: [90, 150],
    grooves: [
      'CountrySwing',
      'CountrySwing1',
      'CountrySwing2',
      'SlowCountry',
      'SlowCountryWalk',
      'SlowCountryPlus',
      'WesternSwing',
      'WesternSwingPlus',
      'yamaha:JazzCountryMainA',
      'yamaha:JazzCountryMainB',
      'yamaha:WesternMainA',
      'yamaha:WesternMainB',
    ],
  },
  {
    name: 'folk',
    tempo: [85, 130],
    grooves: [
      'Folk',
      'FolkWalk',
      'FolkArticulated',
      'FolkSus',
      'FolkBallad',
      'FolkBallad1',
      'FolkBalladPlus',
      'BlueFolk',
      'BlueFolk2',
      'GuitarBallad',
      'GuitarBallad1',
    ],
  },
  {
    name: 'funk',
    tempo: [92, 120],
    grooves: [
      'BVFunk',
      'BVFunkSus',
      'BVFunkHorns',
      'casio:Funk1',
      'casio:Funk2',
      'kara:Kfunk1A',
      'kara:Kfunk1B',
      'kara:Kfunk1C',
    ],
    drumPatterns: numbered('FUNK', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    band: funkBand,
  },
  {
    name: 'hiphop',
    tempo: [78, 104],
    grooves: ['casio:Hip-Hop', 'alexis:Hiphop', 'casio:TripHop'],
    drumPatterns: numbered('HIP', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]),
    band: rapBand,
  },
  {
    name: 'hymn',
    tempo: [72, 108],
    grooves: [
      'Hymn',
      'HymnRoot',
      'HymnWalk',
      'HymnRootWalk',
      'HymnPlus',
      'HymnWalkPlus',
      'HymnRootPlus',
      'HymnRootWalkPlus',
    ],
  },
  {
    name: 'march',
    tempo: [100, 130],
    grooves: [
      'March',
      'March1',
      'March2',
      'March3',
      'March4',
      '68March',
      '68MarchPlus',
      'BWMarch',
      'BWMarchPlus',
      'BWMarchPlus2',
      'casio:GermanMarch',
      'DixieMarch',
    ],
  },
  {
    name: 'metal',
    tempo: [110, 175],
    grooves: ['casio:HeavyMetal'],
    drumPatterns: [
      ...numbered('MTL', [1, 2, 3, 4]),
      ...numbered('HRK', [1, 2, 3, 4, 5, 6, 7]),
      ...numbered('THRS', [1, 2]),
      ...numbered('PUNK', [1, 2]),
    ],
    band: metalBand,
    powerChords: true,
  },
  {
    name: 'pianoballad',
    tempo: [60, 90],
    grooves: [
      'PianoBallad',
      'PianoBallad1',
      'PianoBallad2',
      'PianoBalladSus',
      'PianoBallad1Sus',
      'PianoBallad2Sus',
      'Arpeggio4',
      'Arpeggio8',
      'Arpeggio48',
    ],
  },
  {
    name: 'polka',
    tempo: [105, 140],
    grooves: [
      'Polka',
      'PolkaArp',
      'PolkaSus',
      'Polka1',
      'Polka1Arp',
      'Polka1Sus',
      'casio:Polka',
      'casio:PolkaFox',
      'casio:PopPolka',
    ],
  },
  {
    name: 'ragtime',
    tempo: [85, 130],
    grooves: [
      'RagTime',
      'RagtimePlus',
      'RagtimeSus',
      'RagtimeSusPlus',
      'BoggieWoggie',
      'BoggieWoggie1',
      'BoggieWoggie2',
      'BoggieWoggie3',
    ],
  },
  {
    name: 'rock',
    tempo: [100, 145],
    grooves: [
      'BasicRock',
      'BasicRock4',
      'SoftRock1',
      'casio:Rock1',
      'casio:Rock2',
      'casio:PopRock1',
      'casio:PopRock2',
      'casio:DigitalRock',
      'yamaha:W-RockMainA',
      'yamaha:W-RockMainB',
      'casio:60sRock',
    ],
    drumPatterns: numbered('ROCK', [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]),
    band: rockBand,
  },
  {
    name: 'salsa',
    tempo: [160, 205],
    grooves: [
      'Salsa',
      'SalsaPlus',
      'SalsaSus',
      'yamaha:Salsa1MainA',
      'yamaha:Salsa1MainB',
      'yamaha:Salsa2MainA',
      'yamaha:Salsa2MainB',
      'Mambo',
      'Mambo1',
      'Mambo2',
      'yamaha:MamboMainA',
      'yamaha:MamboMainB',
    ],
  },
  {
    name: 'ska',
    tempo: [120, 165],
    grooves: ['Ska', 'Ska1', 'SkaSus', 'Ska1Sus', 'SkaClap'],
    drumPatterns: numbered('SKA', [1, 2, 3, 4]),
    band: skaBand,
  },
  {
    name: 'swing',
    tempo: [120, 190],
    grooves: [
      'Swing',
      'SwingWalk',
      'Swing1',
      'Swing1Walk',
      'Swing2',
      'EasySwing',
      'EasySwingWalk',
      'FastSwing',
      'FastSwingWalk',
      'BigBand',
      'BigBand1',
      'casio:Swing',
      'casio:MiddleBigBand',
      'yamaha:JazzBasieA',
      'yamaha:JazzBasieB',
      'yamaha:JazzSwingMainA',
      'yamaha:JazzSwingMainB',
    ],
  },
  {
    name: 'tango',
    tempo: [105, 135],
    grooves: [
      'Tango',
      'Tango1',
      'TangoClean',
      'TangoCleanSus',
      'TangoCleanPlus',
      'LightTango',
      'LightTango1',
      'LightTangoSus',
      'LightTango1Sus',
    ],
  },
  {
    name: 'techno',
    tempo: [122, 150],
    grooves: [
      'casio:Techno',
      'casio:Rave',
      'casio:Trance1',
      'casio:Trance2',
      'Trance',
      'Trance1',
      'Trance2',
      'casio:Dance1',
      'casio:Dance2',
      'casio:House',
    ],
    drumPatterns: [...numbered('TECH', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), ...numbered('HOUS', [1, 2, 3, 4])],
    band: machineBand,
  },
  {
    name: 'waltz',
    tempo: [90, 180],
    grooves: [
      'Waltz',
      'Waltz1',
      'WaltzWalk',
      'Waltz1Walk',
      'FastWaltz',
      'FastWaltzWalk',
      'FrenchWaltz',
      'FrenchWaltz1',
      'FrenchWaltz2',
      'FrenchWaltz3',
      'VieneseWaltz',
      'VieneseWaltz1',
      'VieneseWaltz2',
      'casio:PopWaltz',
    ],
  },
];

/** The genres of `metamer corpus --size tiny`. */
export const tinyGenres: readonly string[] = ['bossa', 'march', 'metal', 'ragtime', 'techno', 'waltz'];
