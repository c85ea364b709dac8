// The listening test, a table of contents.
export type { ExportFormat } from '../listening-test/export/exportFiles.ts';
export { type ExportStudyOptions, exportStudy } from '../listening-test/export/exportStudy.ts';
export { createStudyServer, type StudyServer } from '../listening-test/server/createStudyServer.ts';
export { type BuildStudyOptions, type BuiltStudy, buildStudy } from '../listening-test/study/buildStudy.ts';
