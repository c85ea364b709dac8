/** A band added over a drum pattern: MMA track lines, one of several per instrument chosen for each piece. */
export interface Band {
  bass: readonly string[];
  chords: readonly string[];
  extra?: readonly string[];
}

/** Plays metal over drum patterns. */
export const metalBand: Band = {
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

/** Plays rap over drum patterns. */
export const rapBand: Band = {
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

/** Plays machine over drum patterns. */
export const machineBand: Band = {
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

/** Plays funk over drum patterns. */
export const funkBand: Band = {
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

/** Plays ska over drum patterns. */
export const skaBand: Band = {
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

/** Plays rock over drum patterns. */
export const rockBand: Band = {
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
