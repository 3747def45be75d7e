const { Transform } = require('node:stream');
const { dest, parallel, src, watch } = require('gulp');

const ICONS = 'nodes/**/*.svg';
const SCHEMAS = 'nodes/**/__schema__/**/*.json';

/** Into dist or where DIST says. */
const copied = () => dest(process.env.DIST ?? 'dist');

/** What tsc leaves behind (it takes the codex files along). */
function copyIcons() {
	return src(ICONS, { base: '.', encoding: false }).pipe(copied());
}

/** n8n alone reads them: without blanks they are a seventh smaller. */
function copySchemas() {
	const withoutBlanks = new Transform({
		objectMode: true,
		transform: (file, _encoding, done) => {
			file.contents = Buffer.from(JSON.stringify(JSON.parse(String(file.contents))));
			done(null, file);
		},
	});
	return src(SCHEMAS, { base: '.' }).pipe(withoutBlanks).pipe(copied());
}

exports.build = parallel(copyIcons, copySchemas);
exports.watch = () => watch(ICONS, { ignoreInitial: false }, copyIcons);
