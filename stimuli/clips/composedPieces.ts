/** One instrument's notes. */
export interface Track {
  /** General MIDI program, 0–127; ignored for drums. */
  program: number;
  isDrums?: boolean;
  /**
   * One text a bar, repeated from the first when the piece is longer: notes `beats:length:pitches:velocity`, beats and
   * length in beats, several beats with commas, MIDI pitches with dots.
   */
  bars: readonly string[];
}

/** A short piece, composed for the bundled clips. */
export interface Piece {
  name: string;
  genre: string;
  beatsPerMinute: number;
  beatsPerBar: number;
  /** Where the bundled clip begins, beats; default: the first bar after two seconds. */
  startBeats?: number;
  tracks: readonly Track[];
}

/** The pieces, each stereotypical of its genre; composed for the project and free like its code. */
export const composedPieces: readonly Piece[] = [
  {
    name: 'march',
    genre: 'march',
    beatsPerMinute: 116,
    beatsPerBar: 4,
    startBeats: 9,
    tracks: [
      { program: 58, bars: ['0,2:0.6:34:110', '0,2:0.6:41:110'] },
      { program: 60, bars: ['1,3:0.4:58.62.65:90', '1,3:0.4:57.63.65:90'] },
      {
        program: 56,
        bars: [
          '0:0.7:70:105 0.75:0.2:70:95 1:1:74:105 2:1:77:105 3:1:74:100',
          '0:1:75:105 1:0.5:74:100 1.5:0.5:72:100 2:2:69:105',
        ],
      },
      {
        program: 0,
        isDrums: true,
        bars: ['0,2:0.2:36:110 0.5,1,1.5,1.75,2.5,3,3.25,3.5,3.75:0.1:38:85 0:0.3:49:80'],
      },
    ],
  },
  {
    name: 'techno',
    genre: 'techno',
    beatsPerMinute: 134,
    beatsPerBar: 4,
    tracks: [
      {
        program: 0,
        isDrums: true,
        bars: [
          '0,1,2,3:0.2:36:120 0.5,1.5,2.5,3.5:0.2:46:95 1,3:0.2:39:100 0,0.5,1,1.5,2,2.5,3,3.5:0.1:42:70',
        ],
      },
      { program: 38, bars: ['0.5,1.5,2.5,3.5:0.4:33:115', '0.5,1.5,2.5,3.5:0.4:29:115'] },
      {
        program: 81,
        bars: [
          '0,2:0.2375:57:85 0.25,0.75,1.25,2.25,2.75:0.2375:69:85 0.5,1.5,2.5,3.5:0.2375:64:85 1,3:0.2375:60:85 1.75,3.25:0.2375:72:85 3.75:0.2375:67:85',
          '0,2:0.2375:53:85 0.25,0.75,1.25,2.25,2.75:0.2375:69:85 0.5,1.5,2.5,3.5:0.2375:65:85 1,3:0.2375:60:85 1.75,3.25:0.2375:72:85 3.75:0.2375:67:85',
        ],
      },
      { program: 90, bars: ['0.5,1.25,2.5,3.25:0.2:69.72.76:75', '0.5,1.25,2.5,3.25:0.2:69.72.77:75'] },
    ],
  },
  {
    name: 'metal',
    genre: 'metal',
    beatsPerMinute: 150,
    beatsPerBar: 4,
    tracks: [
      {
        program: 30,
        bars: [
          '0,0.5,0.75,1,1.5,1.75,2,2.5,2.75,3,3.5:0.24:40.47.52:110',
          '0,0.5,0.75,1,1.5,1.75:0.24:40.47.52:110 2:0.9:43.50.55:110 3:0.9:45.52.57:110',
        ],
      },
      {
        program: 34,
        bars: [
          '0,0.5,1,1.5,2,2.5,3,3.5:0.4:28:110',
          '0,0.5,1,1.5:0.4:28:110 2,2.5:0.4:31:110 3,3.5:0.4:33:110',
        ],
      },
      {
        program: 0,
        isDrums: true,
        bars: [
          '0,0.25,0.5,0.75,1.5,1.75,2,2.25,2.5,2.75,3.5,3.75:0.1:36:110 1,3:0.2:38:120 0,0.5,1,1.5,2,2.5,3,3.5:0.1:42:95 0:1:49:105',
        ],
      },
    ],
  },
  {
    name: 'hymn',
    genre: 'hymn',
    beatsPerMinute: 84,
    beatsPerBar: 4,
    tracks: [
      {
        program: 19,
        bars: [
          '0,1:0.95:48.60.64.67:90 2:0.95:45.60.64.69:90 3:0.95:41.60.65.69:90',
          '0:0.95:43.60.64.67:90 1:0.95:43.59.62.67:90 2:1.9:48.55.60.64:90',
        ],
      },
    ],
  },
];
