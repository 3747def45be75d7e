'use strict';

/**
 * Loaded into n8n's process by `node --require`, to ask it what cannot be seen from outside and to set its clock. It
 * changes nothing else in n8n, and nothing at all in the processes that n8n starts.
 */

const { createServer } = require('node:http');
const { Session } = require('node:inspector');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const N8N = /[\\/]n8n[\\/]bin[\\/]n8n$/;

const PROTOTYPES = { Object, Array, String, Number, Boolean, Function, Map, Set, Promise, RegExp, Date, Error };

function namesOf(prototype) {
	return Reflect.ownKeys(prototype).map(String);
}

function everyNameOfAPrototype() {
	return Object.entries(PROTOTYPES).flatMap(([name, { prototype }]) =>
		namesOf(prototype).map((own) => `${name}.prototype.${own}`),
	);
}

function collectGarbage() {
	setFlagsFromString('--expose-gc');
	runInNewContext('gc')();
}

/** What V8's sampling profiler says of the time between its start and its stop. */
function profiler() {
	const session = new Session();
	session.connect();
	const post = (method) =>
		new Promise((resolve, reject) => {
			session.post(method, (error, result) => (error ? reject(error) : resolve(result)));
		});
	return {
		start: async () => {
			await post('Profiler.enable');
			await post('Profiler.start');
		},
		stop: async () => (await post('Profiler.stop')).profile,
	};
}

function start(port) {
	const RealDate = Date;
	const realNow = Date.now;
	let shift = 0;
	RealDate.now = () => realNow() + shift;
	// A proxy, so that what Node itself makes with the real one is still a Date.
	globalThis.Date = new Proxy(RealDate, {
		construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [Date.now()], newTarget),
	});

	let running;

	const answers = {
		'/profile/start': async () => {
			running = profiler();
			await running.start();
		},
		'/profile/stop': async () => await running.stop(),
		'/memory': () => {
			collectGarbage();
			collectGarbage();
			return process.memoryUsage();
		},
		'/prototypes': () => everyNameOfAPrototype(),
		'/clock': (query) => {
			shift = Number(query.get('shift'));
			return { now: Date.now() };
		},
	};
	const server = createServer(async (request, response) => {
		const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
		const answer = answers[pathname];
		response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
		response.end(JSON.stringify((await answer?.(searchParams)) ?? null));
	});
	server.listen(port, '127.0.0.1');
	// n8n ends when it wants to, whether or not somebody may still ask.
	server.unref();
}

if (N8N.test(process.argv[1] ?? '')) start(Number(process.env.PROBE_PORT));
