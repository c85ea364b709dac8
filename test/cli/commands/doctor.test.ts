import { afterEach, expect, test, vi } from 'vitest';
import { doctorCommand } from '../../../src/cli/commands/doctor.ts';
import { runCommand } from '../runCommand.ts';

afterEach(() => vi.unstubAllEnvs());

test('doctor finds engines by letting them compute, and names the package of each missing program', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const { code, stdout } = await runCommand(doctorCommand, ['--json']);
  expect(code).toBe(0);
  const { isUsable, findings } = JSON.parse(stdout);
  expect(isUsable).toBe(true);
  const finding = (what: string) => findings.find((each: { what: string }) => each.what === what);
  expect(finding('onnxruntime on cpu')).toMatchObject({ isThere: true, remark: '' });
  expect(finding('tfjs')).toMatchObject({ isThere: true, isNeeded: true });
  expect(finding('flite')).toMatchObject({
    isThere: false,
    isNeeded: false,
    remark: 'apt-get install flite',
  });
  expect(finding('sbatch')).toMatchObject({ isThere: false, remark: 'apt-get install slurm-wlm' });
  const cuda = finding('onnxruntime on cuda');
  expect(cuda.isThere || /--device cpu/.test(cuda.remark)).toBe(true);
});

test('doctor prints a line for each finding', async () => {
  const { stdout, stderr } = await runCommand(doctorCommand, []);
  expect(stderr).toMatch(/^asking engines and devices to compute\n/);
  expect(stdout).toMatch(/^yes +Node\.js +everything +\d+\.\d+/m);
  expect(stdout).toMatch(/^yes +onnxruntime on cpu +--device cpu/m);
});
