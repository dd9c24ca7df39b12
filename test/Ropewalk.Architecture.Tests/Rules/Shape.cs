using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>The shape of files, types and methods.</summary>
internal static class Shape
{
    public const int MaxFileLines = 600;
    public const int MaxMethodLines = 50;

    // Pure tables: long, and nothing to understand in them.
    private static readonly HashSet<string> Tables = ["src/Ropewalk.Web/Static/Wire/MediaTypes.cs"];

    public static IEnumerable<Violation> LongFiles(IEnumerable<SourceFile> files) =>
        from file in files
        let lines = file.Text.AsSpan().Count('\n')
        where lines > MaxFileLines && !Tables.Contains(file.Path)
        select new Violation(file.Path, 0, $"{lines} lines; {MaxFileLines} is the wall: there are two things in it, find their names");

    public static IEnumerable<Violation> LongMethods(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files.Where(file => !Tables.Contains(file.Path)))
        {
            foreach (SyntaxNode method in file.Root.DescendantNodes().Where(node => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax))
            {
                SyntaxNode? body = method.ChildNodes().FirstOrDefault(child => child is BlockSyntax or ArrowExpressionClauseSyntax);
                if (body is null)
                {
                    continue;
                }

                FileLinePositionSpan span = body.GetLocation().GetLineSpan();
                int lines = span.EndLinePosition.Line - span.StartLinePosition.Line - 1;
                if (lines > MaxMethodLines)
                {
                    yield return new(file.Path, SourceFile.LineOf(method), $"`{NameOf(method)}` is {lines} lines long; at most {MaxMethodLines}");
                }
            }
        }
    }

    /// <summary>One type per file, named as the file. A closed hierarchy (an abstract type and those derived from it) is one.</summary>
    public static IEnumerable<Violation> SeveralTypes(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files)
        {
            MemberDeclarationSyntax[] types = [.. file.TopLevelTypes()];
            if (types.Length == 0)
            {
                continue;
            }

            string first = SourceFile.NameOf(types[0]);
            string expected = file.Name.Split('.')[0];
            bool partial = types[0].Modifiers.Any(SyntaxKind.PartialKeyword);
            // Setting<T> beside Setting is in SettingOfT.cs
            if (first != expected && first + "OfT" != expected && !(partial && expected.StartsWith(first, StringComparison.Ordinal)))
            {
                yield return new(file.Path, SourceFile.LineOf(types[0]), $"the file is named {file.Name} and its type {first}");
            }

            if (types.Length > 1 && !IsClosedHierarchy(types))
            {
                string others = string.Join(", ", types.Skip(1).Select(SourceFile.NameOf));
                yield return new(file.Path, SourceFile.LineOf(types[1]), $"{others}: one type per file (a closed hierarchy is one: an abstract type first, the others derived from it)");
            }
        }
    }

    /// <summary>Classes are sealed, static or abstract; one that is meant to be derived from is derived from, or has something virtual.</summary>
    public static IEnumerable<Violation> OpenClasses(IReadOnlyCollection<SourceFile> files)
    {
        HashSet<string> bases = [.. files.SelectMany(file => file.Root.DescendantNodes().OfType<SimpleBaseTypeSyntax>().Concat<BaseTypeSyntax>(
            file.Root.DescendantNodes().OfType<PrimaryConstructorBaseTypeSyntax>())).Select(type => LastName(type.Type))];
        foreach (SourceFile file in files)
        {
            foreach (TypeDeclarationSyntax type in file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>().Where(IsClass))
            {
                bool closed = type.Modifiers.Any(SyntaxKind.SealedKeyword) || type.Modifiers.Any(SyntaxKind.StaticKeyword) || type.Modifiers.Any(SyntaxKind.AbstractKeyword);
                bool meant = bases.Contains(type.Identifier.Text) || type.Members.Any(member => member.Modifiers.Any(SyntaxKind.VirtualKeyword));
                if (!closed && !meant)
                {
                    yield return new(file.Path, SourceFile.LineOf(type), $"`{type.Identifier.Text}` is open to derivation, and nothing derives from it: seal it");
                }
            }
        }
    }

    /// <summary>Usings are sorted, System first: what <c>dotnet format</c> does too, but it is slow to ask.</summary>
    public static IEnumerable<Violation> UnsortedUsings(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files)
        {
            UsingDirectiveSyntax[] plain = [.. file.Root.Usings.Where(line => line.Alias is null && line.StaticKeyword.IsKind(SyntaxKind.None) && line.Name is not null)];
            string[] names = [.. plain.Select(line => line.Name!.ToString())];
            string[] sorted = [.. names.OrderBy(name => name == "System" || name.StartsWith("System.", StringComparison.Ordinal) ? 0 : 1).ThenBy(name => name, StringComparer.OrdinalIgnoreCase)];
            int wrong = names.Zip(sorted).TakeWhile(pair => pair.First == pair.Second).Count();
            if (wrong < names.Length)
            {
                yield return new(file.Path, SourceFile.LineOf(plain[wrong]), $"using {names[wrong]} stands where using {sorted[wrong]} does: System first, then by name");
            }
        }
    }

    private static bool IsClass(TypeDeclarationSyntax type) =>
        type is ClassDeclarationSyntax || (type is RecordDeclarationSyntax record && !record.ClassOrStructKeyword.IsKind(SyntaxKind.StructKeyword));

    private static bool IsClosedHierarchy(MemberDeclarationSyntax[] types) =>
        types[0] is TypeDeclarationSyntax root
        && root.Modifiers.Any(SyntaxKind.AbstractKeyword)
        && types.Skip(1).All(type => type is TypeDeclarationSyntax { BaseList: { } bases } && bases.Types.Any(t => LastName(t.Type) == root.Identifier.Text));

    private static string LastName(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        SimpleNameSyntax simple => simple.Identifier.Text,
        _ => type.ToString(),
    };

    private static string NameOf(SyntaxNode method) => method switch
    {
        MethodDeclarationSyntax named => named.Identifier.Text,
        LocalFunctionStatementSyntax named => named.Identifier.Text,
        ConstructorDeclarationSyntax named => named.Identifier.Text,
        AccessorDeclarationSyntax named => named.Keyword.Text,
        _ => method.Kind().ToString(),
    };
}
