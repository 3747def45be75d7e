import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fetchAnew } from '../../lib/fetch-anew';
import { NODE_24 } from '../../lib/paths';
import { freePort } from '../../lib/ports';
import { waitUntil } from '../../lib/wait-until';
import { type HostVersion, isHostVersion, n8nBinary } from '../install/install-n8n';
import { installPackage } from '../install/install-package';
import { packedTarball } from '../install/pack';
import { Credentials } from '../rest/credentials';
import { Executions } from '../rest/executions';
import { RestClient } from '../rest/rest-client';
import { type StoredWorkflow, webhookPath, Workflows } from '../rest/workflows';
import { n8nEnvironment } from './environment';
import { type StartedProcess, startProcess } from './start-process';
import { copyStartedBefore } from './started-before';

/** It has taken 106 s where 16 things at a time wanted two cores. */
const START_GIVE_UP_AFTER_IN_MILLISECONDS = 360_000;
const LOG_LINES_SHOWN = 40;

export interface BootOptions {
	version?: HostVersion;
	/** n8n's user folder. A given one is kept; without it one is made in which n8n was started before, and removed by stop(). */
	folder?: string;
	port?: number;
	command?: 'start' | 'webhook' | 'worker';
	env?: Record<string, string>;
	/** The package to install; that of `npm run pack` by default, none with `false`. */
	tarball?: string | false;
	/** Whether n8n serves its editor; by default not. It writes a copy of it at each start, a third of what a start takes. */
	editor?: boolean;
	/** Whether to sign in as the owner. Only a `start` process has the REST interface for it. */
	signIn?: boolean;
}

function defaultVersion(): HostVersion {
	const wanted = process.env.N8N_HOST ?? '2.x';
	if (!isHostVersion(wanted)) throw new Error(`N8N_HOST=${wanted} is not one of host/versions.`);
	return wanted;
}

function startFailure(log: string): Error {
	return new Error(`n8n did not start. Its last lines:\n${log.split('\n').slice(-LOG_LINES_SHOWN).join('\n')}`);
}

/** One n8n: a folder, a port, and the process that runs on them now. */
export class N8n {
	readonly url: string;
	readonly credentials: Credentials;
	readonly workflows: Workflows;
	readonly executions: Executions;
	private readonly rest: RestClient;
	private running: StartedProcess | undefined;
	private output = '';

	private constructor(
		readonly version: HostVersion,
		readonly folder: string,
		readonly port: number,
		private readonly options: BootOptions,
	) {
		this.url = `http://127.0.0.1:${port}`;
		this.rest = new RestClient(this.url);
		this.credentials = new Credentials(this.rest);
		this.workflows = new Workflows(this.rest, version, this.url);
		this.executions = new Executions(this.rest);
	}

	static async boot(options: BootOptions): Promise<N8n> {
		const version = options.version ?? defaultVersion();
		const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'n8n-post-call-')));
		const n8n = new N8n(version, folder, options.port ?? (await freePort()), options);
		await mkdir(folder, { recursive: true });
		const isInSqlite = options.env?.DB_TYPE === undefined;
		if (!options.folder && isInSqlite) {
			await copyStartedBefore(version, folder, async (once) => {
				await (await N8n.boot({ version, folder: once, tarball: false })).stop();
			});
		}
		if (options.tarball !== false) {
			await installPackage(options.tarball ?? packedTarball(), folder);
		}
		await n8n.bootAgain();
		return n8n;
	}

	/** Starts n8n on the same folder and port, with the same options; `env` changes some of its environment. */
	async bootAgain(env: Record<string, string> = {}): Promise<void> {
		if (this.running && !this.running.hasEnded()) throw new Error('This n8n still runs.');
		const { command = 'start', signIn = command === 'start' } = this.options;
		const address = { folder: this.folder, port: this.port, brokerPort: await freePort() };
		const start = this.output.length;
		const running = await startProcess({
			command: NODE_24,
			args: [n8nBinary(this.version), command],
			cwd: this.folder,
			env: n8nEnvironment(this.version, address, NODE_24, {
				...(this.options.editor ? {} : { N8N_DISABLE_UI: 'true' }),
				...this.options.env,
				...env,
			}),
			logFile: this.logFile,
			onOutput: (text) => {
				this.output += text;
			},
		});
		this.running = running;
		try {
			await waitUntil(
				'n8n is ready',
				async () => {
					if (running.hasEnded()) throw startFailure(this.output.slice(start));
					return await this.isReady(command, start);
				},
				START_GIVE_UP_AFTER_IN_MILLISECONDS,
			);
			if (signIn) await this.rest.signIn();
		} catch (error) {
			await running.kill();
			throw error;
		}
	}

	get pid(): number {
		if (!this.running || this.running.hasEnded()) throw new Error('This n8n does not run.');
		return this.running.pid;
	}

	/** Resolves when n8n has ended, for whatever reason. */
	async ended(): Promise<void> {
		await this.running?.end;
	}

	get logFile(): string {
		return join(this.folder, 'n8n.log');
	}

	/** All that n8n wrote since the first boot. */
	log(): string {
		return this.output;
	}

	/** Any REST call as the signed-in owner. */
	async request(method: string, path: string, body?: unknown): Promise<unknown> {
		return await this.rest.request(method, path, body);
	}

	productionUrl(workflow: Pick<StoredWorkflow, 'nodes'>, nodeName?: string): string {
		return `${this.url}/webhook/${webhookPath(workflow, nodeName)}`;
	}

	testUrl(workflow: Pick<StoredWorkflow, 'nodes'>, nodeName?: string): string {
		return `${this.url}/webhook-test/${webhookPath(workflow, nodeName)}`;
	}

	/** Stops n8n in order and keeps its folder, to boot again on it. */
	async stopAndKeep(): Promise<void> {
		await this.running?.stop();
	}

	/** Stops n8n in order; a folder that boot() made is removed. */
	async stop(): Promise<void> {
		await this.stopAndKeep();
		if (!this.options.folder) await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}

	/** The power cut: SIGKILL to n8n and its children. */
	async kill(): Promise<void> {
		await this.running?.kill();
	}

	private async isReady(command: string, logStart: number): Promise<boolean> {
		// A worker has no port of its own to ask; it says when it is ready.
		if (command === 'worker') return this.output.slice(logStart).includes('n8n worker is now ready');
		try {
			const health = await fetchAnew(`${this.url}/healthz/readiness`);
			await health.arrayBuffer();
			if (!health.ok) return false;
			if (command === 'webhook') return true;
			// Nobody is signed in, so it answers 401, but as JSON once the REST interface is up.
			const login = await fetchAnew(`${this.url}/rest/login`);
			const isJson = (login.headers.get('content-type') ?? '').includes('json');
			await login.arrayBuffer();
			return isJson;
		} catch {
			return false;
		}
	}
}

/** Boots a real n8n with the packed package installed, ready for deliveries. */
export async function boot(options: BootOptions = {}): Promise<N8n> {
	return await N8n.boot(options);
}
