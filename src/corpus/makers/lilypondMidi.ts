import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../../base/inputError.ts';
import { runProgram } from './programs.ts';

/** Most scores take a few seconds. */
const longestRunSeconds = 300;

/**
 * Layouts are taken from every score, so that LilyPond engraves nothing; each `\score` that has a `\midi` becomes a file.
 */
const midiAlone = `#(define (midi-alone handler)
   (lambda arguments
     (let* ((score (car (last-pair arguments)))
            (heard (ly:make-score (ly:score-music score)))
            (outputs (filter (lambda (output) (eq? 'midi (ly:output-def-lookup output 'output-def-kind)))
                             (ly:score-output-defs score))))
       (for-each (lambda (output) (ly:score-add-output-def! heard output)) outputs)
       (if (pair? outputs) (apply handler (append (drop-right arguments 1) (list heard)))))))
#(set! toplevel-score-handler (midi-alone toplevel-score-handler))
#(set! book-score-handler (midi-alone book-score-handler))
#(set! bookpart-score-handler (midi-alone bookpart-score-handler))
`;

/**
 * Does something with the MIDI files of a score: the one that lies beside it, or those that LilyPond makes of it, one a
 * `\score`. They are gone afterwards.
 *
 * @param path - A score, `.ly`.
 * @param use - Is given their paths, at least one.
 * @returns What it returns.
 * @throws InputError when LilyPond cannot make one.
 */
export async function withMidi<Result>(
  path: string,
  use: (files: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const beside = readdirSync(dirname(path)).filter(
    (name) => /\.midi?$/.test(name) && name.replace(/\.midi?$/, '') === basename(path, '.ly'),
  );
  if (beside.length > 0) return await use(beside.map((name) => join(dirname(path), name)));
  const temporary = mkdtempSync(join(tmpdir(), 'metamer-score-'));
  try {
    const made = await lilypondMidi(path, temporary);
    return await use(made);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function lilypondMidi(path: string, temporary: string): Promise<string[]> {
  const [sources, out, settings] = ['sources', 'out', 'midi-alone.ly'].map((name) =>
    join(temporary, name),
  ) as [string, string, string];
  // The copy is brought to the present language together with what it includes from beside it.
  // A link may lead nowhere.
  const isSource = (from: string) =>
    existsSync(from) && (statSync(from).isDirectory() || /\.(ly|ily|lyi)$/.test(from));
  cpSync(dirname(path), sources, { recursive: true, dereference: true, filter: isSource });
  mkdirSync(out);
  writeFileSync(settings, midiAlone);
  const limits = { folder: sources, timeoutSeconds: longestRunSeconds };
  const copies = readdirSync(sources).filter((name) => /\.(ly|ily|lyi)$/.test(name));
  // It fails for files that do not say of which version they are; LilyPond may read them all the same.
  await runProgram('convert-ly', ['-e', ...copies], limits).catch(() => undefined);
  for (const copy of copies) withoutJoinedTexts(join(sources, copy));
  // The copy goes by its whole path: LilyPond looks for names in the folders to include from first.
  const options = [
    '--loglevel=ERROR',
    '-dno-print-pages',
    `-dinclude-settings=${settings}`,
    `--include=${dirname(path)}`,
  ];
  try {
    await runProgram('lilypond', [...options, '-o', out, join(sources, basename(path))], limits);
  } catch (cause) {
    throw new InputError(`${path} must be a score that LilyPond can read, it cannot; leave it out`, {
      cause,
    });
  }
  const made = readdirSync(out)
    .filter((name) => /\.midi?$/.test(name))
    .sort();
  if (made.length === 0)
    throw new InputError(`${path} must ask for sound (\\midi) in a score, it does not; leave it out`);
  return made.map((name) => join(out, name));
}

/** Headers of 2004 join texts by `+`, which LilyPond no longer reads and convert-ly leaves; nothing of them is heard. */
function withoutJoinedTexts(path: string): void {
  const text = readFileSync(path, 'utf8');
  const without = text.replaceAll(/^\s*(tagline|copyright)\s*=\s*".*"\s*\+.*$/gm, '');
  if (without !== text) writeFileSync(path, without);
}
