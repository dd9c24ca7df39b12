using System.Xml.Linq;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>Which project may stand on which. A new project needs a line here: that is the moment to think about it.</summary>
internal static class ProjectReferences
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Ropewalk"] = [],
        ["Ropewalk.Testing"] = ["Ropewalk"],
        ["Ropewalk.Web"] = ["Ropewalk"],
        ["Ropewalk.Dns"] = ["Ropewalk"],
        ["Ropewalk.Ssh"] = ["Ropewalk"],
        ["Ropewalk.Chat"] = ["Ropewalk"],
        ["Ropewalk.Mail"] = ["Ropewalk", "Ropewalk.Dns"],
        ["Ropewalk.Feeds"] = ["Ropewalk", "Ropewalk.Web"],
        ["Ropewalk.Storage"] = ["Ropewalk"],
    };

    // What each shipped project may take from outside. The engine takes nothing but the shared framework.
    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["Ropewalk.Cli"] = ["System.CommandLine", "YamlDotNet", "OpenTelemetry.Exporter.OpenTelemetryProtocol", "Spectre.Console"],
        ["Ropewalk.Storage"] = ["Microsoft.Data.Sqlite", "Npgsql", "Dapper"],
        ["Ropewalk.Feeds"] = ["AngleSharp"],
    };

    public static IEnumerable<Violation> Find(IEnumerable<RepositoryFile> files)
    {
        foreach (RepositoryFile file in files.Where(file => file.Name.EndsWith(".csproj", StringComparison.Ordinal)))
        {
            XDocument project = XDocument.Parse(file.Text);
            string name = file.Name[..^".csproj".Length];
            string[] references = [.. Includes(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))];
            string[] packages = [.. Includes(project, "PackageReference")];
            foreach (Violation violation in file.Folders[0] == "src" ? InSource(file, name, references, packages) : OutsideSource(file, references))
            {
                yield return violation;
            }
        }
    }

    private static IEnumerable<Violation> InSource(RepositoryFile file, string name, string[] references, string[] packages)
    {
        foreach (string package in packages.Except(AllowedPackages.GetValueOrDefault(name, [])))
        {
            yield return new(file.Path, 0, $"{name} takes the package {package}: add it to ProjectReferences.AllowedPackages and to docs/dependencies.md, with the reason");
        }

        if (name == "Ropewalk.Cli")
        {
            foreach (string test in references.Where(IsTestProject))
            {
                yield return new(file.Path, 0, $"{name} references the test project {test}");
            }
        }
        else if (!Allowed.TryGetValue(name, out string[]? allowed))
        {
            yield return new(file.Path, 0, $"{name} is not known: say in ProjectReferences.Allowed what it may reference");
        }
        else
        {
            foreach (string reference in references.Except(allowed))
            {
                yield return new(file.Path, 0, $"{name} references {reference}; it may reference {(allowed.Length == 0 ? "nothing" : string.Join(", ", allowed))}");
            }
        }
    }

    private static IEnumerable<Violation> OutsideSource(RepositoryFile file, string[] references) =>
        references.Where(IsTestProject).Select(test => new Violation(file.Path, 0, $"references the test project {test}: shared test code lives in Ropewalk.Testing"));

    private static bool IsTestProject(string name) => name.EndsWith(".Tests", StringComparison.Ordinal);

    private static IEnumerable<string> Includes(XDocument project, string element) =>
        project.Descendants(element).Select(item => (string?)item.Attribute("Include") ?? "").Where(include => include.Length > 0);
}
