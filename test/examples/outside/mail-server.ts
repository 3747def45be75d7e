import { createServer, type Server, type Socket } from 'node:net';

import { listenOnLoopback } from '../../../lib/ports';

/** A mail server that takes whatever it is sent, as far as n8n's own node asks it (RFC 5321). */
export class MailServer {
	/** Each with its headers. */
	readonly mails: string[] = [];

	private readonly sockets = new Set<Socket>();

	private constructor(
		private readonly server: Server,
		readonly port: number,
	) {}

	static async open(): Promise<MailServer> {
		const server = createServer();
		const mailServer = new MailServer(server, await listenOnLoopback(server));
		server.on('connection', (socket) => mailServer.serve(socket));
		return mailServer;
	}

	private serve(socket: Socket): void {
		this.sockets.add(socket);
		socket.on('error', () => socket.destroy());
		socket.setEncoding('utf8').write('220 mail.example\r\n');
		let text = '';
		let isMail = false;
		socket.on('data', (chunk) => {
			text += chunk;
			for (;;) {
				const end = isMail ? '\r\n.\r\n' : '\r\n';
				const at = text.indexOf(end);
				if (at < 0) return;
				const taken = text.slice(0, at);
				text = text.slice(at + end.length);
				if (isMail) this.mails.push(taken);
				isMail = !isMail && taken.toUpperCase() === 'DATA';
				socket.write(isMail ? '354 go on\r\n' : `${taken.toUpperCase() === 'QUIT' ? 221 : 250} mail.example\r\n`);
			}
		});
	}

	async close(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		await new Promise((resolve) => this.server.close(resolve));
	}
}
