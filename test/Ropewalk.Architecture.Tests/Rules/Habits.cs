using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>Habits that end in trouble: regions, async void, waiting for a task on a thread, partial classes, sleeping tests.</summary>
internal static class Habits
{
    // What a source generator needs a partial type for.
    private static readonly HashSet<string> Generators = ["LoggerMessage", "LibraryImport", "GeneratedRegex", "JsonSerializable", "OptionsValidator"];

    public static IEnumerable<Violation> InSource(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files)
        {
            foreach (SyntaxNode node in file.Root.DescendantNodes(descendIntoTrivia: true))
            {
                if (Judge(node) is { } message)
                {
                    yield return new(file.Path, SourceFile.LineOf(node), message);
                }
            }
        }
    }

    /// <summary>Tests wait for what happens, or move virtual time; a test that sleeps is slow on a good day and red on a bad one.</summary>
    public static IEnumerable<Violation> SleepingTests(IEnumerable<SourceFile> files) =>
        from file in files
        from call in file.Root.DescendantNodes().OfType<InvocationExpressionSyntax>()
        let target = call.Expression.ToString()
        where target is "Thread.Sleep" or "System.Threading.Thread.Sleep"
            || (target is "Task.Delay" && !IsForever(call) && !call.ArgumentList.Arguments.Skip(1).Any(argument => argument.ToString().Contains("time", StringComparison.OrdinalIgnoreCase)))
        select new Violation(file.Path, SourceFile.LineOf(call), $"`{target}` in a test: wait for the event itself, or pass a VirtualTime");

    private static bool IsForever(InvocationExpressionSyntax call) => call.ArgumentList.Arguments.FirstOrDefault()?.ToString().StartsWith("Timeout.Infinite", StringComparison.Ordinal) == true;

    private static string? Judge(SyntaxNode node) => node switch
    {
        RegionDirectiveTriviaSyntax => "#region: if it needs a heading, it needs a type",
        MethodDeclarationSyntax method when method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.ReturnType is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } =>
            $"`{method.Identifier.Text}` is async void: its failure has no owner",
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "GetResult", Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "GetAwaiter" } } } } when !IsAskedFirst(node) =>
            "GetAwaiter().GetResult(): sync over async blocks the thread that would complete it",
        CatchClauseSyntax { Filter: null } clause when IsEverything(clause) && !clause.Block.Statements.Any() && !HasComment(clause.Block) =>
            "an empty catch of everything: say what may fail, or why it does not matter",
        TypeDeclarationSyntax type when type.Modifiers.Any(SyntaxKind.PartialKeyword) && !type.DescendantNodes().OfType<AttributeSyntax>().Any(IsGenerator) =>
            $"`{type.Identifier.Text}` is partial without a source generator that needs it",
        _ => null,
    };

    // The result of a task that is known to have completed: the method asks IsCompleted or IsCompletedSuccessfully.
    private static bool IsAskedFirst(SyntaxNode node) =>
        node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member
        && member.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text.StartsWith("IsCompleted", StringComparison.Ordinal));

    private static bool IsEverything(CatchClauseSyntax clause) => clause.Declaration is null || clause.Declaration.Type.ToString() is "Exception" or "System.Exception";

    private static bool HasComment(BlockSyntax block) => block.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia));

    private static bool IsGenerator(AttributeSyntax attribute) => Generators.Contains(attribute.Name.ToString().Split('.')[^1]);
}
