using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Tests.Configuration;

public sealed class ConfigurationLoaderTests
{
    private static readonly Setting<int> Port = new ScalarSetting<int>("port", new NumberFormat(1, 65535), 80, "A port.");
    private static readonly Setting<IReadOnlyList<string>> Names = new ListSetting<string>("host-names", new TextFormat(), ["a"], "Names.");
    private static readonly Setting<string> Token = new ScalarSetting<string>("token", new TextFormat(), null!, "A secret.") { Secret = true };
    private static readonly Setting<string> Key = new ScalarSetting<string>("name", new TextFormat(), null!, "A name.") { Required = true };
    private static readonly Setting<long> Size = new ScalarSetting<long>("size", new SizeFormat(0, 1L << 40), 65536, "A size.");
    private static readonly SectionSchema User = new("users", "Users.", [Key, Token]);
    private static readonly Setting<IReadOnlyList<SectionValues>> Users = new GroupSetting("users", User, "Users.");
    private static readonly SectionSchema One = new("one", "One.", [Port, Names, Token, Size, Users]);
    private static readonly SectionSchema Many = new("many", "Many.", [Key, Port]) { Repeatable = true };

    private readonly Dictionary<string, string> _environment = [];
    private readonly ConfigurationProblems _problems = new();

    [Fact]
    public void Environment_wins_over_file_and_command_line_over_both()
    {
        _environment["ROPEWALK__ONE__PORT"] = "81";
        _environment["ROPEWALK__ONE__SIZE"] = "1MiB";
        SectionValues one = Load("one: {port: 1, host-names: [x, y]}", Tree("one", "size", "2MiB")).One(One);
        Assert.Equal(81, one.Get(Port));
        Assert.Equal("environment variable ROPEWALK__ONE__PORT", one.OriginOf(Port).ToString());
        Assert.Equal(2 << 20, one.Get(Size));
        Assert.Equal(["x", "y"], one.Get(Names));
        Assert.Equal("t.yaml:1:28", one.OriginOf(Names).ToString());
    }

    [Fact]
    public void A_variable_replaces_a_list_whole()
    {
        _environment["ROPEWALK__ONE__HOST_NAMES__0"] = "p";
        _environment["ROPEWALK__ONE__HOST_NAMES__1"] = "q";
        Assert.Equal(["p", "q"], Load("one: {host-names: [x, y, z]}").One(One).Get(Names));
    }

    [Fact]
    public void A_number_chooses_an_item_of_a_repeated_section()
    {
        _environment["ROPEWALK__MANY__1__PORT"] = "7";
        _environment["ROPEWALK__MANY__2__NAME"] = "c";
        IReadOnlyList<SectionValues> many = Load("many: [{name: a}, {name: b}]").All(Many);
        Assert.Equal([80, 7, 80], many.Select(m => m.Get(Port)));
        Assert.Equal(["a", "b", "c"], many.Select(m => m.Get(Key)));
    }

    [Fact]
    public void Without_a_number_the_only_item_is_meant()
    {
        _environment["ROPEWALK__MANY__PORT"] = "7";
        Assert.Equal(7, Load("many: [{name: a}]").All(Many)[0].Get(Port));
        Assert.Equal(7, Load("many: {name: a}").All(Many)[0].Get(Port));
    }

    [Theory]
    [InlineData("ROPEWALK__ONE__PORT", "x", "environment variable ROPEWALK__ONE__PORT: a whole number from 1 to 65535 is expected, not 'x'")]
    [InlineData("ROPEWALK__ONE__PROT", "1", "environment variable ROPEWALK__ONE__PROT: 'one' has no key 'prot'; did you mean 'port'?")]
    [InlineData("ROPEWALK__PORT", "1", "environment variable ROPEWALK__PORT: a variable names a section and a key: ROPEWALK__SECTION__KEY")]
    [InlineData("ROPEWALK__TWO__PORT", "1", "environment variable ROPEWALK__TWO__PORT: there is no section 'two'; known are one, many")]
    [InlineData("ROPEWALK__MANY__PORT", "1", "environment variable ROPEWALK__MANY__PORT: 'many' has 2 items; say which one by its number, from 0 to 1")]
    [InlineData("ROPEWALK__MANY__3__NAME", "x", "environment variable ROPEWALK__MANY__3__NAME: there is no item 3: the list has 2, numbered from 0")]
    public void Errors_name_the_variable(string variable, string value, string expected)
    {
        _environment[variable] = value;
        var loader = new ConfigurationLoader(new ConfigurationSchema([One, Many]), _environment, "/");
        Assert.Null(loader.Load(File("many: [{name: a}, {name: b}]"), null, _problems));
        Assert.Equal(expected, _problems.InOrder()[0].ToString());
    }

    [Fact]
    public void Variables_without_the_double_underscore_are_not_ours()
    {
        _environment["ROPEWALK_HOME"] = "x";
        _environment["ROPEWALK"] = "x";
        Load("one: {}");
    }

    [Fact]
    public void The_effective_configuration_reads_back_as_itself_and_hides_secrets()
    {
        EffectiveConfiguration before = Load("""
            one: {port: 1, host-names: ["a b", "true", 'q"\', "x: y", "#", ""], token: hush, users: [{name: u, token: hush}, {name: "[v]"}]}
            many: [{name: a}, {name: "~", port: 9}]
            """);
        string text = EffectiveConfigurationText.Write(before);
        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
        Assert.Contains("# t.yaml:1:13", text, StringComparison.Ordinal);
        EffectiveConfiguration after = Load(text);
        Assert.DoesNotContain(after.One(One).ChangesFrom(before.One(One)), s => s.Name is not ("token" or "users"));
        Assert.Equal(["u", "[v]"], after.One(One).Get(Users).Select(u => u.Get(Key)));
        Assert.Equal(before.All(Many).Select(m => (m.Get(Key), m.Get(Port))), after.All(Many).Select(m => (m.Get(Key), m.Get(Port))));
    }

    [Fact]
    public void Secrets_stay_out_of_error_messages()
    {
        var loader = new ConfigurationLoader(new ConfigurationSchema([One, Many]), _environment, "/");
        Assert.Null(loader.Load(File("one: {token: \"hu\\u0001sh\"}"), null, _problems));
        Assert.DoesNotContain("hu", _problems.InOrder()[0].Message, StringComparison.Ordinal);
    }

    private EffectiveConfiguration Load(string yaml, MappingNode? commandLine = null)
    {
        var loader = new ConfigurationLoader(new ConfigurationSchema([One, Many]), _environment, "/");
        EffectiveConfiguration? read = loader.Load(File(yaml), commandLine, _problems);
        Assert.Empty(_problems.InOrder());
        return read!;
    }

    private MappingNode File(string yaml) => YamlTreeReader.Read(yaml, new ConfigurationSource(ConfigurationSourceKind.File, "t.yaml", "/"), _problems)!;

    private static MappingNode Tree(string section, string key, string value)
    {
        var origin = new Origin(new ConfigurationSource(ConfigurationSourceKind.CommandLine, "--" + key, "/"));
        return new MappingNode(origin, [new MappingEntry(section, origin, new MappingNode(origin, [new MappingEntry(key, origin, new ScalarNode(origin, value, true))]))]);
    }
}
