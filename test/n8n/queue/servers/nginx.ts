import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort, takesConnections } from '../../../../lib/ports';
import type { Programs } from './programs';
import { freshFolder, type Server, startServer } from './start-server';

/** The line that makes all deliveries of one trigger meet in one process; docs/queue-mode.md shows the same. */
export const HASH_THE_PATH = 'hash $uri consistent;';

export interface LoadBalancer extends Pick<Server, 'stop' | 'log'> {
	/** All deliveries to one URL go to one webhook process, as long as it is there. */
	hashing: string;
	/** Deliveries go to the webhook processes in turn: nginx's way where it is told nothing. */
	inTurn: string;
}

function configuration(folder: string, hashing: number, inTurn: number, upstreams: number[]): string {
	const servers = upstreams.map((port) => `server 127.0.0.1:${port};`).join('\n\t\t');
	const site = (port: number, upstream: string) => `
	server {
		listen 127.0.0.1:${port};
		location / {
			proxy_pass http://${upstream};
			proxy_set_header Host $host;
			proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
			proxy_set_header X-Forwarded-Proto $scheme;
		}
	}`;
	return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr;
events { worker_connections 4096; }
http {
	access_log off;
	client_max_body_size 20m;
	client_body_temp_path ${folder}/body;
	proxy_temp_path ${folder}/proxy;
	fastcgi_temp_path ${folder}/fastcgi;
	uwsgi_temp_path ${folder}/uwsgi;
	scgi_temp_path ${folder}/scgi;
	upstream webhooks_by_path {
		${HASH_THE_PATH}
		${servers}
	}
	upstream webhooks_in_turn {
		${servers}
	}
	${site(hashing, 'webhooks_by_path')}
	${site(inTurn, 'webhooks_in_turn')}
}
`;
}

/** One nginx before the webhook processes, with a port for each way of balancing. */
export async function startNginx({ nginx }: Programs, upstreams: number[]): Promise<LoadBalancer> {
	const folder = await freshFolder('nginx');
	const [hashing, inTurn] = [await freePort(), await freePort()];
	const file = join(folder, 'nginx.conf');
	await writeFile(file, configuration(folder, hashing, inTurn, upstreams));
	const server = await startServer({
		name: 'nginx',
		command: nginx,
		args: ['-c', file, '-p', folder],
		folder,
		port: hashing,
		isReady: async () => (await takesConnections(hashing)) && (await takesConnections(inTurn)),
		endWith: 'SIGTERM',
	});
	return {
		...server,
		hashing: `http://127.0.0.1:${hashing}`,
		inTurn: `http://127.0.0.1:${inTurn}`,
	};
}
