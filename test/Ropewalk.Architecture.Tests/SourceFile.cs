using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ropewalk.Architecture.Tests;

/// <summary>One C# file, parsed: comments and strings are told apart from code.</summary>
internal sealed record SourceFile : RepositoryFile
{
    private readonly Lazy<CompilationUnitSyntax> _root;

    public SourceFile(string path, string text)
        : base(path, text)
    {
        _root = new(() => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), path).GetCompilationUnitRoot());
    }

    /// <summary>Gets the syntax tree's root.</summary>
    public CompilationUnitSyntax Root => _root.Value;

    /// <summary>Gets the line, from 1, where a node begins.</summary>
    public static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    /// <summary>Gets the types declared at the top level of the file: delegates too.</summary>
    public IEnumerable<MemberDeclarationSyntax> TopLevelTypes() =>
        Root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    /// <summary>Gets a declared type's name without its type parameters.</summary>
    public static string NameOf(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax named => named.Identifier.Text,
        DelegateDeclarationSyntax named => named.Identifier.Text,
        _ => "",
    };

    /// <summary>
    /// Gets the names that the code uses as types or as the left side of a dot: <c>Socket</c> in <c>new Socket()</c>, <c>Socket.Select</c> and
    /// <c>System.Net.Sockets.Socket</c>, but not in <c>options.Socket</c>.
    /// </summary>
    public IEnumerable<(string Name, SyntaxNode Node)> UsedNames()
    {
        foreach (SimpleNameSyntax name in Root.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            bool member = name.Parent is MemberAccessExpressionSyntax access && access.Name == name && !IsNamespaceLike(access.Expression);
            bool labelled = name.Parent is MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax;
            if (!member && !labelled)
            {
                yield return (name.Identifier.Text, name);
            }
        }
    }

    // System.IO.File.Exists(…): the left side of `.File` is a chain of plain names that begins with System or Microsoft.
    private static bool IsNamespaceLike(ExpressionSyntax expression)
    {
        while (expression is MemberAccessExpressionSyntax access)
        {
            expression = access.Expression;
        }

        return expression is IdentifierNameSyntax { Identifier.Text: "System" or "Microsoft" } or AliasQualifiedNameSyntax;
    }
}
