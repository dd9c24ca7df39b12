using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>Names of types and namespaces.</summary>
internal static partial class Naming
{
    private static readonly HashSet<string> Forbidden = ["Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Manager", "Common", "Base", "Impl", "Data", "Info", "Misc"];

    // Where one of them is half of the field's own word: systemd is a service manager.
    private static readonly string[] OwnWords = ["ServiceManager"];

    // The runtime looks for it outside of all namespaces.
    private const string StartupHook = "StartupHook";

    public static IEnumerable<Violation> EmptyWords(IEnumerable<SourceFile> files) =>
        from file in files
        from type in file.Root.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
        let name = SourceFile.NameOf(type)
        from word in Words().Matches(OwnWords.Aggregate(name, (rest, word) => rest.Replace(word, "", StringComparison.Ordinal))).Select(match => match.Value)
        where Forbidden.Contains(word)
        select new Violation(file.Path, SourceFile.LineOf(type), $"`{name}`: \"{word}\" says nothing; use the field's own word, the one in the RFC");

    /// <summary>A namespace is the project's name and the folders below it: src/Ropewalk/Framing/Lines.cs is in Ropewalk.Framing.</summary>
    public static IEnumerable<Violation> Namespaces(IEnumerable<SourceFile> files, IReadOnlyDictionary<string, string> rootNamespaces)
    {
        foreach (SourceFile file in files)
        {
            string? project = rootNamespaces.Keys.Where(folder => file.Path.StartsWith(folder + "/", StringComparison.Ordinal)).MaxBy(folder => folder.Length);
            if (project is null || !file.TopLevelTypes().Any())
            {
                continue;
            }

            IEnumerable<string> below = file.Folders.Skip(project.Split('/').Length);
            string expected = string.Join('.', below.Prepend(rootNamespaces[project]));
            BaseNamespaceDeclarationSyntax? declared = file.Root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault();
            if (declared is null)
            {
                // the end of a program of top-level statements, a start-up hook, or a global namespace
                if (!file.Root.Members.OfType<GlobalStatementSyntax>().Any() && file.TopLevelTypes().Any(type => SourceFile.NameOf(type) != StartupHook))
                {
                    yield return new(file.Path, 1, $"no namespace: it lies in {expected}");
                }
            }
            else if (declared.Name.ToString() != expected)
            {
                yield return new(file.Path, SourceFile.LineOf(declared), $"namespace {declared.Name}: its folder says {expected}");
            }
            else if (declared is NamespaceDeclarationSyntax)
            {
                yield return new(file.Path, SourceFile.LineOf(declared), $"namespace {declared.Name}: write it file-scoped");
            }
        }
    }

    /// <summary>Gets the root namespace of each project by its folder.</summary>
    public static IReadOnlyDictionary<string, string> RootNamespaces(IEnumerable<RepositoryFile> files) =>
        files.Where(file => file.Name.EndsWith(".csproj", StringComparison.Ordinal)).ToDictionary(
            file => string.Join('/', file.Folders),
            file => RootNamespace().Match(file.Text) is { Success: true } match ? match.Groups[1].Value : file.Name[..^".csproj".Length]);

    [GeneratedRegex("[A-Z][a-z0-9]+|[A-Z]+(?![a-z])")]
    private static partial Regex Words();

    [GeneratedRegex("<RootNamespace>(.*?)</RootNamespace>")]
    private static partial Regex RootNamespace();
}
