using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class NamingTests
{
    private static readonly Dictionary<string, string> Project = new() { ["src/Ropewalk.Mail"] = "Ropewalk.Mail" };

    [Fact]
    public void Names_say_something() => Check.Holds("A type's name uses the field's own words.", Naming.EmptyWords(Repository.Sources));

    [Fact]
    public void Namespaces_are_folders() =>
        Check.Holds("A namespace is the project and the folders below it.", Naming.Namespaces(Repository.Sources, Naming.RootNamespaces(Repository.Files)));

    [Theory]
    [InlineData("class ConnectionManager { }", "\"Manager\"")]
    [InlineData("interface IStringUtils { }", "\"Utils\"")]
    [InlineData("class A { enum PeerInfo { } }", "\"Info\"")]
    [InlineData("record struct HandlerBase;", "\"Base\"")]
    [InlineData("delegate void DataReceived();", "\"Data\"")]
    public void An_empty_word_is_caught(string code, string words) => Check.Catches(words, Naming.EmptyWords([Check.Code("src/A.cs", code)]));

    [Theory]
    [InlineData("class DatagramPort { } class Base64Decoder { } class Database { } class CommonsClause { } class ServiceManagerNotifier { }")]
    public void A_word_inside_another_is_not(string code) => Assert.Empty(Naming.EmptyWords([Check.Code("src/A.cs", code)]));

    [Theory]
    [InlineData("namespace Ropewalk.Mail; class A { }", "its folder says Ropewalk.Mail.Smtp.Wire")]
    [InlineData("namespace Ropewalk.Mail.Smtp.Wire { class A { } }", "file-scoped")]
    [InlineData("class A { }", "no namespace")]
    public void A_wrong_namespace_is_caught(string code, string words) =>
        Check.Catches(words, Naming.Namespaces([Check.Code("src/Ropewalk.Mail/Smtp/Wire/A.cs", code)], Project));

    [Fact]
    public void A_start_up_hook_has_no_namespace() =>
        Assert.Empty(Naming.Namespaces([Check.Code("src/Ropewalk.Mail/StartupHook.cs", "static class StartupHook { }")], Project));
}
