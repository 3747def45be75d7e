import type { INodeProperties } from 'n8n-workflow';

/**
 * What the editor calls a provider's settings. Each name stands in the provider's parameters and nowhere else: n8n's lint and
 * the scan of its registry check only parameters that are written out, so these are not made of a table.
 */
type Parameters = readonly INodeProperties[];

/** The parameters of a collection, or the columns of a fixed one's rows. */
const inside = ({ options = [] }: INodeProperties): Parameters =>
	options.flatMap((option) => ('values' in option ? option.values : 'type' in option ? [option] : []));

function parameterAt(parameters: Parameters, path: string): INodeProperties | undefined {
	const [name, within] = path.split('.');
	const parameter = parameters.find((each) => each.name === name);
	return parameter && within ? inside(parameter).find((each) => each.name === within) : parameter;
}

/** What a setting is called; `path` is `<collection>.<parameter>` of one in a collection. */
export function labelOf(parameters: Parameters, path: string): string {
	return parameterAt(parameters, path)?.displayName ?? path;
}

/** What the editor shows among the parameters that nobody sets. */
const NO_SETTING: ReadonlyArray<INodeProperties['type']> = ['notice', 'credentials'];

/** What all settings are called, by path. */
export function labelsOf(parameters: Parameters): Readonly<Record<string, string>> {
	const settings = parameters
		.filter(({ type }) => !NO_SETTING.includes(type))
		.flatMap((parameter) => [
			[parameter.name, parameter.displayName] as const,
			...(parameter.type === 'collection'
				? inside(parameter).map(({ name, displayName }) => [`${parameter.name}.${name}`, displayName] as const)
				: []),
		]);
	return Object.fromEntries(settings);
}

/** The values that a setting offers, each with what it is called; `path` as above, of a row's column too. */
export function choicesOf(parameters: Parameters, path: string): Readonly<Record<string, string>> {
	const options = parameterAt(parameters, path)?.options ?? [];
	return Object.fromEntries(
		options.flatMap((option) => ('value' in option ? [[String(option.value), option.name]] : [])),
	);
}
