const { dest, src } = require('gulp');

/** What tsc leaves behind: the icons and the codex files (search words and categories of each node). */
function copyAssets() {
	return src(['nodes/**/*.{svg,json}', 'credentials/**/*.svg'], { base: '.', encoding: false }).pipe(dest('dist'));
}

exports.build = copyAssets;
exports.default = copyAssets;
