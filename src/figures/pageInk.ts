import { figureInk } from './figureStyle.ts';

/** Inks of pages as CSS variables, by day and by night; paper is always light. */
export const pageInk = `
:root { color-scheme: light dark; --ink: ${figureInk.text}; --muted: #52585f; --page: #f6f6f4; --card: #fff; --line: #d8d8d4; --link: #005a8f; --passed: ${figureInk.passed}; --failed: ${figureInk.failed}; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e8e8e6; --muted: #a9b0b7; --page: #16181a; --card: #202326; --line: #3a3e42; --link: #7cc4f5; --passed: #1f8a3e; --failed: #c4372e; } }
@media print { :root { color-scheme: light; } }
`;
