import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { InputError } from '../../src/base/inputError.ts';
import { validated } from '../../src/base/validate.ts';
import { studySchema } from './studySchema.ts';

const configSchema = studySchema
  .omit({ format: true, level: true, tasks: true, texts: true, strings: true })
  .partial()
  .extend({
    /** Settings of each task; labels may be left out. */
    tasks: z.record(z.string(), z.record(z.string(), z.json())).optional(),
    texts: z.record(z.string(), z.string()).optional(),
    /** Strings of the participant's pages. */
    strings: z.record(z.string(), z.string()).optional(),
    /** As in a study; Opus is refused with its reason when the study is built. */
    clips: z.enum(['wav', 'flac', 'opus']).optional(),
    /** Right answers by file name of the reference sound. */
    targets: z.record(z.string(), z.strictObject({ task: z.string(), target: z.string() })).optional(),
    /** Play each source in this task instead of its own: `same-different`. */
    compareWithOriginal: z.boolean().optional(),
    /** Plays every source in this task instead of its own. */
    everyTask: z.string().optional(),
    /** Paths of the staircases of a task: the original, then sounds that differ more and more from it. */
    paths: z
      .record(
        z.string().regex(/^[A-Za-z0-9][\w.-]{0,60}$/, 'must be letters, digits, dots, hyphens'),
        z.strictObject({ task: z.string(), sounds: z.array(z.string().min(1)).min(3).max(200) }),
      )
      .optional(),
    /** Clips that say which answer to give, to be spread among the trials: they catch whoever does not listen. */
    attentionChecks: z
      .array(
        z.strictObject({
          sound: z.string().min(1),
          task: z.string().min(1),
          target: z.string().min(1).max(80),
        }),
      )
      .max(50)
      .optional(),
    /** Most RMS of the clips, linear. */
    rms: z.number().min(0.001).max(0.3).optional(),
  });

/** What a researcher may say about a study before it is built; everything is optional. */
export type StudyConfig = z.infer<typeof configSchema>;

/**
 * Reads a study's settings.
 *
 * @param path - YAML or JSON with any of the fields of `study.json`, and `targets`, `rms`, `compareWithOriginal`; texts
 *   may be names of Markdown files beside it.
 * @returns The settings that were given, unset ones left out.
 * @throws InputError naming the wrong field.
 */
export function readStudyConfig(path: string): StudyConfig {
  if (!existsSync(path)) throw new InputError(`${path} must exist, it does not; give a YAML or JSON file`);
  const content = readYaml(path);
  const config = validated(configSchema, content ?? {}, path);
  const strings = { ...stringsBeside(dirname(path)), ...config.strings };
  return {
    ...config,
    ...(Object.keys(strings).length > 0 ? { strings } : {}),
    ...(config.texts ? { texts: textsOf(config.texts, dirname(path)) } : {}),
  };
}

function readYaml(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = String(error).split('\n')[0];
    throw new InputError(`${path} must be YAML or JSON, it is not (${reason}); mend it`, { cause: error });
  }
}

/** The strings of `texts.yaml`, if it is there. */
function stringsBeside(folder: string): Record<string, string> {
  const path = join(folder, 'texts.yaml');
  if (!existsSync(path)) return {};
  return validated(z.record(z.string(), z.string()), readYaml(path) ?? {}, path);
}

/** A text that is the name of a Markdown file stands for what the file holds. */
function textsOf(texts: Record<string, string>, folder: string): Record<string, string> {
  const entries = Object.entries(texts).map(([name, text]) => {
    if (!/^\S+\.md$/.test(text)) return [name, text];
    const path = join(folder, text);
    if (!existsSync(path)) throw new InputError(`${path} (texts.${name}) must exist, it does not; write it`);
    return [name, readFileSync(path, 'utf8')];
  });
  return Object.fromEntries(entries);
}
