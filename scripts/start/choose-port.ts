import { freePort, isPortBusy } from '../../lib/ports';
import { StepError } from '../../lib/steps';

const MAX_PORT = 65_535;

/** The port that a user asked for with `--port`; `command` is how to ask for another one. */
export async function choosePort(wanted: string, command: string): Promise<number> {
	const port = Number(wanted);
	if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
		throw new StepError(`--port ${wanted} is no port. Choose a number up to ${MAX_PORT}, or 0 for any free one.`);
	}
	if (port === 0) return await freePort();
	if (!(await isPortBusy(port))) return port;
	throw new StepError(
		`Port ${port} is in use, perhaps by another n8n. End that program, or choose another port: ${command} -- --port ${port + 1}`,
	);
}
