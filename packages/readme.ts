import { SERVICE_PACKAGES, type ServicePackage } from './packages';

/** A part of README.md that is about one service, or that a package of one service says otherwise. */
const PART = /<!-- part: (\w+) -->\n([\s\S]*?)\n<!-- end -->/g;
/** The recipes are not padded to a table: that would be a tenth of what is published of README.md. */
const UNPADDED = /^<!-- prettier-ignore -->\n/gm;
const DEFINITION = /^\[([\w-]+)\]:\s+(\S+)\n/gm;

const OF_ONE_SERVICE = new RegExp(
	`^\\|.*\\((${SERVICE_PACKAGES.map(({ service }) => service).join('|')})\\).*\n`,
	'gm',
);

export interface Place {
	/** Where the files of the repository are read, and where their bytes are: both end with a slash. */
	pages: string;
	raw: string;
	/** Where its own examples are once it is published. */
	examples: string;
}

/**
 * The README of a package of one service: that of the repository, of which each part about another service is left out,
 * and whose links lead to the repository. `examples` are the names of the workflows that the package can run.
 */
export function readmeOf(each: ServicePackage, readme: string, examples: readonly string[], place: Place): string {
	const parts: Record<string, string | undefined> = each.parts;
	const lost = new Set(
		[...readme.matchAll(DEFINITION)].map(([, name = '']) => name).filter((name) => !examples.includes(name)),
	);
	return readme
		.replace(PART, (_, part: string, text: string) => parts[part] ?? (part === each.service ? text : ''))
		.replace(UNPADDED, '')
		.replace(DEFINITION, (definition, name: string, address: string) =>
			lost.has(name) ? '' : definition.replace(address, `${place.examples}${name}.json`),
		)
		.replace(/^\|.*\]\[([\w-]+)\].*\n/gm, (row, name: string) => (lost.has(name) ? '' : row))
		.replace(OF_ONE_SERVICE, (row, service: string) => (service === each.service ? row : ''))
		.replace(/^# .*$/m, `# ${each.name}`)
		.replace(/`n8n-nodes-post-call`/, `\`${each.name}\``)
		.replace(/\]\((?!https?:|#)([^)]+)\)/g, (_, target: string) => {
			return `](${target.startsWith('docs/images/') ? place.raw : place.pages}${target})`;
		})
		.replace(/\n{3,}/g, '\n\n');
}
