'use strict';

/**
 * Loaded into n8n's process by `node --require`, to ask it what cannot be seen from outside and to set its clock and the
 * pace of its scheduler. It changes nothing else in n8n, and nothing at all in the processes that n8n starts.
 */

const { createServer } = require('node:http');
const { Session } = require('node:inspector');
const Module = require('node:module');
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

/** `5 4 * * *` as `5 * * * * *`: the minutes are seconds, and whatever is longer is left out. With seconds before them too. */
function inSeconds(expression) {
	const fields = String(expression).split(' ');
	if (fields.length === 5) return `${fields[0]} * * * * *`;
	return fields.length === 6 && fields[0] === '0' ? `${fields[1]} * * * * *` : expression;
}

/** n8n's scheduler takes minutes for seconds: whoever asks for every 5 minutes is called every 5 seconds. */
function hurryTheScheduler() {
	const load = Module._load;
	const hurried = ({ CronJob, CronTime, ...others }) => ({
		...others,
		CronJob: class extends CronJob {
			constructor(expression, ...rest) {
				super(inSeconds(expression), ...rest);
			}
		},
		CronTime: class extends CronTime {
			constructor(expression, ...rest) {
				super(inSeconds(expression), ...rest);
			}
		},
	});
	let cron;
	Module._load = function (name, ...rest) {
		const loaded = load.call(this, name, ...rest);
		if (name !== 'cron') return loaded;
		cron ??= hurried(loaded);
		return cron;
	};
}

function start(port) {
	const RealDate = Date;
	const realNow = Date.now;
	let shift = Number(process.env.PROBE_CLOCK ?? 0);
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
	if (port) server.listen(port, '127.0.0.1');
	// n8n ends when it wants to, whether or not somebody may still ask.
	server.unref();
}

if (N8N.test(process.argv[1] ?? '')) {
	if (process.env.PROBE_MINUTES_ARE_SECONDS) hurryTheScheduler();
	if (process.env.PROBE_PORT || process.env.PROBE_CLOCK) start(Number(process.env.PROBE_PORT));
}
