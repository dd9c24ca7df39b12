using System.CommandLine;
using System.CommandLine.Parsing;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands;

/// <summary>
/// Makes command-line options of a section's settings, and a configuration tree of what was given: the same checks, the same messages and the
/// same precedence as in a file.
/// </summary>
internal sealed class SettingOptions
{
    /// <summary>Begins the error about a misspelt option.</summary>
    internal const string NoSuchOption = "there is no option";

    private readonly List<(Setting Setting, Option Option)> _options = [];
    private readonly List<(Setting Setting, Argument Argument)> _arguments = [];

    /// <summary>Creates the options.</summary>
    /// <param name="section">The section.</param>
    /// <param name="positional">The settings that are given by their place, in order, and what they are called there.</param>
    /// <param name="command">The command that takes them.</param>
    public SettingOptions(SectionSchema section, IReadOnlyList<(Setting Setting, string Name)> positional, Command command)
    {
        foreach ((Setting setting, string name) in positional)
        {
            // Of several only the last can be many.
            Argument argument = setting.IsList && setting == positional[^1].Setting
                ? new Argument<string[]>(name) { Description = Describe(setting), Arity = setting.Required ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore }
                : new Argument<string>(name) { Description = Describe(setting), Arity = setting.Required ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne };
            argument.Validators.Add(result => RefuseOption(result, section));
            _arguments.Add((setting, argument));
            command.Add(argument);
        }

        foreach (Setting setting in section.Settings.Where(s => s.IsOption && s.Nested is null && positional.All(p => p.Setting != s)))
        {
            Option option = MakeOption(setting);
            _options.Add((setting, option));
            command.Add(option);
        }
    }

    /// <summary>Makes the section's tree of what was given on the command line.</summary>
    public MappingNode ToTree(ParseResult result, string workingFolder)
    {
        var entries = new List<MappingEntry>();
        foreach ((Setting setting, Argument argument) in _arguments)
        {
            if (result.GetResult(argument) is { Tokens: { Count: > 0 } tokens })
            {
                Origin origin = OriginOf(argument.Name, workingFolder);
                ScalarNode[] items = [.. tokens.Select(item => new ScalarNode(origin, item.Value, plain: true))];
                entries.Add(new MappingEntry(setting.Name, origin, setting.IsList ? new SequenceNode(origin, items) : items[0]));
            }
        }

        foreach ((Setting setting, Option option) in _options)
        {
            if (result.GetResult(option) is { Implicit: false } given)
            {
                Origin origin = OriginOf(option.Name, workingFolder);
                entries.Add(new MappingEntry(setting.Name, origin, ToNode(setting, given, origin)));
            }
        }

        return new MappingNode(OriginOf("command line", workingFolder), entries);
    }

    /// <summary>Makes an origin on the command line.</summary>
    public static Origin OriginOf(string name, string workingFolder) => new(new ConfigurationSource(ConfigurationSourceKind.CommandLine, name, workingFolder));

    /// <summary>Refuses what looks like an option: the parser would take a misspelt one for an argument.</summary>
    internal static void RefuseOption(ArgumentResult result)
    {
        RefuseOption(result, null);
    }

    /// <summary>Refuses what looks like an option where a command line of another program begins, whose own options are behind it.</summary>
    internal static void RefuseOptionFirst(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: ['-', _, ..] } stray, ..])
        {
            result.AddError($"{NoSuchOption} '{stray.Value}'");
        }
    }

    // Also behind others, and without what is written behind a = or a colon: a secret's setting is no option, and its value must not be told.
    private static void RefuseOption(ArgumentResult result, SectionSchema? section)
    {
        foreach (string stray in result.Tokens.Select(token => token.Value).Where(value => value is ['-', _, ..]))
        {
            string name = stray.Split('=', ':')[0];
            Setting? hidden = section?.Settings.FirstOrDefault(setting => !setting.IsOption && "--" + setting.Name == name);
            result.AddError(hidden is null
                ? $"{NoSuchOption} '{name}'"
                : $"{NoSuchOption} '{name}': others would read it there; it is given in a configuration file, or in the variable {EnvironmentTree.VariableOf(section!.Name, hidden.Name)}");
        }
    }

    private static ConfigurationNode ToNode(Setting setting, OptionResult given, Origin origin)
    {
        if (setting is Setting<bool> && given.Tokens.Count == 0)
        {
            return new ScalarNode(origin, "true", plain: true);
        }

        ScalarNode[] items = [.. given.Tokens.Select(t => new ScalarNode(origin, t.Value, plain: true))];
        return setting.IsList ? new SequenceNode(origin, items) : items[0];
    }

    private static Option MakeOption(Setting setting)
    {
        string name = "--" + setting.Name;
        string[] aliases = setting.Name == "listen" ? ["-l"] : [];
        if (setting is Setting<bool>)
        {
            return new Option<bool>(name, aliases) { Description = Describe(setting), HelpName = "true|false" };
        }

        string value = setting.Name.Contains("listen", StringComparison.Ordinal) || setting is Setting<IReadOnlyList<EndpointSpec>> ? "ENDPOINT" : ValueName(setting.TypeText);
        return setting.IsList
            ? new Option<string[]>(name, aliases) { Description = Describe(setting), HelpName = value, Arity = new ArgumentArity(1, 64) }
            : new Option<string>(name, aliases) { Description = Describe(setting), HelpName = value, Arity = ArgumentArity.ExactlyOne };
    }

    private static string ValueName(string type)
    {
        string last = type[(type.LastIndexOf(' ') + 1)..];
        return type.StartsWith("one of ", StringComparison.Ordinal)
            ? type["one of ".Length..].Replace(", ", "|", StringComparison.Ordinal)
            : last.ToUpperInvariant();
    }

    private static string Describe(Setting setting)
    {
        string text = setting.Doc.Replace("`", "", StringComparison.Ordinal);
        return setting.DefaultText is { } value && value is not ("[]" or "false") ? $"{text} [default: {value.Trim('[', ']')}]" : text;
    }
}
