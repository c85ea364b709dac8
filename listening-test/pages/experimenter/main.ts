import { element } from '../shared/element.ts';

document.getElementById('display')!.append(element('h1', {}, 'Experimenter'));
