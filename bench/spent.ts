import type { Profile } from '../host/probe';
import type { PartName } from './measures';

interface Frame {
	functionName: string;
	/** Of its file; empty for what is no JavaScript, as SQLite. */
	url: string;
}

const inFile = (pattern: RegExp) => (frame: Frame) => pattern.test(frame.url);
const named = (pattern: RegExp) => (frame: Frame) => pattern.test(frame.functionName);

/** Which part of n8n, or of this package, a function belongs to. One that is in none belongs to its caller's. */
const BELONGS: ReadonlyArray<[PartName | 'waiting', (frame: Frame) => boolean]> = [
	['waiting', named(/^\(idle\)$/)],
	['waiting', inFile(/^node:inspector$/)],
	['native', named(/^\(program\)$/)],
	['garbage', named(/^\(garbage collector\)$/)],
	['parameters', named(/^getNodeParameters$/)],
	['credential', inFile(/\/credentials-helper\.js$|\/n8n-core\/dist\/(credentials\.js$|encryption\/)/)],
	['list', inFile(/\/n8n\/dist\/deduplication\/|\/data-deduplication-service\.js$/)],
	['database', inFile(/\/(@n8n\/typeorm|@n8n\/db|sqlite3|tarn)\//)],
	// What SQLite calls back when a statement is done, by the name that V8 gives to it.
	['database', ({ functionName, url }) => functionName === 'Backup' && url === ''],
	['typing', inFile(/\/node_modules\/n8n-nodes-post-call\/dist\/nodes\/delivery\/type\.js$/)],
	['ours', inFile(/\/node_modules\/n8n-nodes-post-call\//)],
	['server', inFile(/\/(express|router|compression|raw-body|body-parser|content-type)\/|^node:(_http|net)/)],
	['execution', inFile(/\/n8n-core\/dist\/execution-engine\/|\/n8n\/dist\/(workflow-runner|execution|active-exec)/)],
	['rest', inFile(/\/n8n\/dist\//)],
];

/**
 * Whatever these call is theirs, until they wait for something: what goes on afterwards, as in the database, has other
 * callers. Within the other parts a function may belong to another one.
 */
const WITH_WHAT_THEY_CALL: ReadonlySet<PartName | 'waiting'> = new Set(['parameters', 'credential', 'list', 'typing']);

/** The milliseconds that n8n's main thread spent in each part, and in each function itself, where it did not wait. */
export interface Spent {
	parts: Map<PartName, number>;
	functions: Map<string, number>;
}

function add<Key>(to: Map<Key, number>, key: Key, ms: number): void {
	to.set(key, (to.get(key) ?? 0) + ms);
}

/** The file of a function, from its package on; what is no JavaScript has none. */
const shown = ({ functionName, url }: Frame) =>
	[functionName || '(anonymous)', url.replace(/^.*\/node_modules\//, '')].join(' ').trim();

export function spentIn({ nodes, samples, timeDeltas }: Profile): Spent {
	const ms = new Map<number, number>();
	samples.forEach((id, at) => add(ms, id, (timeDeltas[at] ?? 0) / 1000));
	const spent: Spent = { parts: new Map(), functions: new Map() };
	const inherited = new Map<number, PartName | 'waiting'>();
	// Whoever calls stands before those that are called.
	for (const { id, callFrame, children } of nodes) {
		const callers = inherited.get(id) ?? 'rest';
		const own = BELONGS.find(([, belongs]) => belongs(callFrame))?.[0] ?? callers;
		const part = WITH_WHAT_THEY_CALL.has(callers) ? callers : own;
		for (const child of children) inherited.set(child, part);
		if (part === 'waiting') continue;
		add(spent.parts, part, ms.get(id) ?? 0);
		add(spent.functions, shown(callFrame), ms.get(id) ?? 0);
	}
	return spent;
}
