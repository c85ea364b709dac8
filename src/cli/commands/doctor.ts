import { InputError } from '../../base/inputError.ts';
import { packageVersion } from '../../base/versions.ts';
import {
  availableSoundfonts,
  hasProgram,
  packageOfProgram,
  soundfonts,
} from '../../corpus/makers/programs.ts';
import { askDevice } from '../../engine/askDevice.ts';
import { type CompileOptions, defaultDevice, deviceNames, engineNames } from '../../engine/engine.ts';
import { whyNotComputing } from '../../engine/whyNotComputing.ts';
import { type Command, flagSpelling } from '../command.ts';
import { printResult } from '../terminal/printResult.ts';
import { table } from '../terminal/table.ts';

/** What one part of the machine is good for, and whether it is there. */
interface Finding {
  what: string;
  /** What works with it. */
  for: string;
  /** Whether nothing of the toolkit works without it. */
  isNeeded: boolean;
  isThere: boolean;
  /** What it said, or the command that brings it. */
  remark: string;
}

/** Programs that parts of the toolkit use where they are there, and the Debian packages that bring them. */
const programs: readonly { names: readonly string[]; debianPackage: string; for: string }[] = [
  ...Object.entries(packageOfProgram).map(([name, debianPackage]) => ({
    ...{ names: [name], debianPackage },
    for: 'metamer corpus',
  })),
  { names: ['psql', 'pg_ctlcluster'], debianPackage: 'postgresql', for: 'listening tests on PostgreSQL' },
  { names: ['nginx'], debianPackage: 'nginx-light', for: 'listening tests behind nginx' },
  { names: ['sbatch'], debianPackage: 'slurm-wlm', for: 'metamer slurm' },
  { names: ['Rscript'], debianPackage: 'r-cran-lme4', for: 'the R script beside a report' },
  {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    debianPackage: 'chromium',
    for: 'tests in a browser',
  },
  { names: ['firefox-esr', 'firefox'], debianPackage: 'firefox-esr', for: 'tests in a browser' },
];

/** `metamer doctor`: what is installed, what is missing. */
export const doctorCommand: Command = {
  flags: [{ flag: '--json', help: 'print the findings as JSON' }],
  examples: ['metamer doctor', 'metamer doctor --json'],
  run: async (_positionals, flags) => {
    const findings = [
      nodeFinding(),
      ...(await engineFindings()),
      ...programs.map(programFinding),
      soundfontFinding(),
    ];
    const isUsable = findings.every(({ isNeeded, isThere }) => isThere || !isNeeded);
    printResult(flags, { version: packageVersion(), isUsable, findings }, () =>
      table(
        ['', 'what', 'for', ''],
        findings.map(({ what, for: use, isThere, isNeeded, remark }) => [
          isThere ? 'yes' : isNeeded ? 'NO' : 'no',
          ...[what, use, remark],
        ]),
      ),
    );
    return isUsable ? 0 : 1;
  },
};

function nodeFinding(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const isThere = major > 20 || (major === 20 && minor >= 19);
  return {
    ...{ what: 'Node.js', for: 'everything', isNeeded: true, isThere },
    remark: `${process.versions.node}${isThere ? '' : '; 20.19 or later is needed, https://nodejs.org'}`,
  };
}

/** Each engine and device is asked to compute something. */
async function engineFindings(): Promise<Finding[]> {
  const asked: CompileOptions[] = [
    ...deviceNames.map((device) => ({ engine: 'onnxruntime', device }) as const),
    ...engineNames.filter((engine) => engine !== 'onnxruntime').map((engine) => ({ engine })),
  ];
  const findings: Finding[] = [];
  process.stderr.write('asking engines and devices to compute\n');
  for (const options of asked) {
    const { engine, device } = options;
    const isGpu = device !== undefined && device !== defaultDevice;
    const failure = await (isGpu ? askDevice(device) : whyNotComputing(options));
    findings.push({
      what: device ? `${engine} on ${device}` : `${engine}`,
      for: device ? `--device ${device}` : `--engine ${engine}`,
      // Plain TensorFlow.js computes everything, slowly.
      isNeeded: engine === 'tfjs',
      isThere: failure === undefined,
      remark: failure ? sentenceOf(failure) : '',
    });
  }
  return findings;
}

const sentenceOf = (failure: Error) =>
  failure instanceof InputError ? failure.told(flagSpelling) : failure.message.split('\n')[0]!;

function programFinding({ names, debianPackage, for: use }: (typeof programs)[number]): Finding {
  const isThere = names.some(hasProgram);
  return {
    ...{ what: names[0]!, for: use, isNeeded: false, isThere },
    remark: isThere ? '' : `apt-get install ${debianPackage}`,
  };
}

function soundfontFinding(): Finding {
  const there = availableSoundfonts().map(({ name }) => name);
  return {
    ...{
      what: 'a General MIDI soundfont',
      for: 'metamer corpus',
      isNeeded: false,
      isThere: there.length > 0,
    },
    remark: there.join(', ') || `apt-get install ${soundfonts[0].debianPackage}`,
  };
}
