const { Transform } = require('node:stream');
const { dest, parallel, src, watch } = require('gulp');

const ICONS = 'nodes/**/*.svg';
const DIST = process.env.DIST ?? 'dist';

/** What tsc leaves behind (it takes the codex files along), into dist or where DIST says. */
function copyIcons() {
	return src(ICONS, { base: '.', encoding: false }).pipe(dest(DIST));
}

/** A tenth of what is published would be indentation. No text of the nodes goes over a line's end, so none is changed. */
function withoutIndentation() {
	const narrow = new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			file.contents = Buffer.from(String(file.contents).replace(/^[ \t]+/gm, ''));
			done(null, file);
		},
	});
	return src([`${DIST}/**/*.js`, `${DIST}/**/*.json`])
		.pipe(narrow)
		.pipe(dest(DIST));
}

exports.build = parallel(copyIcons, withoutIndentation);
exports.watch = () => watch(ICONS, { ignoreInitial: false }, copyIcons);
