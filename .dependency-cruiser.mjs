/**
 * What may import what, in one table: a folder may import itself, the folders that it names, and packages. Nothing imports
 * a folder that is named by nobody (scripts, bench, test), and nothing at all may go round in a circle.
 */
const MAY_IMPORT = {
	lib: [],
	host: ['lib'],
	credentials: ['nodes'],
	nodes: [],
	docs: ['lib', 'nodes'],
	packages: ['lib'],
	scripts: ['lib', 'host', 'docs', 'packages', 'nodes'],
	bench: ['lib', 'host'],
	test: ['lib', 'host', 'docs', 'packages', 'nodes', 'credentials'],
};

/** The same inside a folder whose parts stand above one another. */
const MAY_IMPORT_INSIDE = {
	host: {
		install: [],
		rest: ['install'],
		deliver: ['rest'],
		boot: ['install', 'rest'],
		browser: ['boot', 'rest'],
		simulators: ['deliver'],
		probe: [],
		core: ['deliver'],
		outside: [],
		database: ['boot'],
	},
	nodes: {
		provider: [],
		n8n: ['provider'],
		memory: ['n8n'],
		editor: ['provider'],
		alerts: ['provider', 'n8n'],
		delivery: ['provider', 'n8n', 'memory', 'alerts'],
		api: ['provider', 'n8n', 'delivery'],
		'catch-up': ['provider', 'n8n', 'memory', 'alerts', 'delivery', 'api'],
		QCall: ['provider', 'n8n', 'editor', 'delivery', 'api', 'catch-up'],
		CallScaler: ['provider', 'n8n', 'editor', 'delivery', 'api', 'catch-up'],
	},
};

const OURS = Object.keys(MAY_IMPORT).map((folder) => `^${folder}/`);

const layer = (inside, folder, allowed, all) => ({
	name: `${inside}${folder}-imports-downwards`,
	comment: `${inside}${folder}/ may import ${allowed.join(', ') || 'nothing of ours'}.`,
	severity: 'error',
	from: { path: `^${inside}${folder}/` },
	to: { path: all, pathNot: [folder, ...allowed].map((each) => `^${inside}${each}/`) },
});

export default {
	forbidden: [
		{
			name: 'no-circle',
			comment: 'What is imported stands below what imports it, types included.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'host-by-its-faces',
			comment: 'Whoever needs a real n8n imports host/ or one of its folders, not a file inside.',
			severity: 'error',
			from: { pathNot: '^host/' },
			to: { path: '^host/', pathNot: ['^host/index\\.ts$', '^host/[^/]+/index\\.ts$', '^host/simulators/payloads/'] },
		},
		...Object.entries(MAY_IMPORT).map(([folder, allowed]) => layer('', folder, allowed, OURS)),
		...Object.entries(MAY_IMPORT_INSIDE).flatMap(([parent, parts]) =>
			Object.entries(parts).map(([folder, allowed]) => layer(`${parent}/`, folder, allowed, `^${parent}/`)),
		),
	],
	options: {
		doNotFollow: { path: ['node_modules', '^dist/'] },
		exclude: { path: '^host/\\.installed/' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'test/tsconfig.json' },
		enhancedResolveOptions: { extensions: ['.ts', '.js', '.json', '.d.ts'], exportsFields: ['exports'] },
	},
};
