const { dest, src, watch } = require('gulp');

const ICONS = 'nodes/**/*.svg';

/** What tsc leaves behind (it takes the codex files along), into dist or where DIST says. */
function copyIcons() {
	return src(ICONS, { base: '.', encoding: false }).pipe(dest(process.env.DIST ?? 'dist'));
}

exports.build = copyIcons;
exports.watch = () => watch(ICONS, { ignoreInitial: false }, copyIcons);
