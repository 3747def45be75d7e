export { findChromium } from './chromium';
export { Editor, type Theme, THEMES } from './editor';
