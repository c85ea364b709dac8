import * as jsPsychModule from 'jspsych';
import type { PublicStudy } from '../../server/publicStudy.ts';
import type { bundledPlugins } from '../../study/surveySchema.ts';
import { allScreens } from '../../study/surveyScreens.ts';

/** A jsPsych plugin's class. */
export type Plugin = new (jsPsych: jsPsychModule.JsPsych) => jsPsychModule.JsPsychPlugin<never>;

/** Plugins that come with the page, loaded when a study names them. */
const bundled: Record<keyof typeof bundledPlugins, () => Promise<{ default: unknown }>> = {
  'html-button-response': () => import('@jspsych/plugin-html-button-response'),
  'survey-html-form': () => import('@jspsych/plugin-survey-html-form'),
  'survey-likert': () => import('@jspsych/plugin-survey-likert'),
  'survey-multi-choice': () => import('@jspsych/plugin-survey-multi-choice'),
  'survey-text': () => import('@jspsych/plugin-survey-text'),
};

/**
 * Loads the jsPsych plugins of a study's surveys.
 *
 * @returns The plugins by the name under which the surveys call them.
 * @throws Error when a plugin is neither bundled nor among the study's own scripts.
 */
export async function loadPlugins(
  study: Pick<PublicStudy, 'surveys' | 'plugins'>,
): Promise<Map<string, Plugin>> {
  const names = new Set(allScreens(study.surveys).map(({ type }) => type));
  const loaded = new Map<string, Plugin>();
  for (const name of names) loaded.set(name, await loadPlugin(name, study.plugins));
  return loaded;
}

async function loadPlugin(name: string, plugins: PublicStudy['plugins']): Promise<Plugin> {
  const known = (bundled as Partial<Record<string, () => Promise<{ default: unknown }>>>)[name];
  if (known) return (await known()).default as Plugin;
  const own = plugins.find(({ global }) => global === name);
  if (!own) throw new Error(`surveys: there is no plugin '${name}'`);
  // Browser builds of jsPsych plugins take jsPsych from this global.
  Object.assign(window, { jsPsychModule });
  await runScript(`plugins/${own.file}`);
  return (window as unknown as Record<string, Plugin>)[own.global]!;
}

function runScript(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error(`${address} could not be loaded`)));
    document.head.append(script);
  });
}
