import { writeFileSync } from 'node:fs';
import { packagePath } from '../../src/base/packagePath.ts';
import { thirdPartyNotices } from './thirdPartyNotices.ts';

writeFileSync(packagePath('THIRD-PARTY-NOTICES.md'), thirdPartyNotices());
