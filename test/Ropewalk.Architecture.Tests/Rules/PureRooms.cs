using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>What the pure rooms may not mention: bytes, values and <c>now</c> come in; bytes, events and the next deadline go out.</summary>
internal static class PureRooms
{
    /// <summary>The rooms of a strand that are pure: the two of every protocol, and those in which sessions share state.</summary>
    private static readonly HashSet<string> Rooms = ["Wire", "Session", "Queue", "Network", "Zones", "Cache"];

    private static readonly Dictionary<string, string> Forbidden = new()
    {
        ["Task"] = "a task",
        ["ValueTask"] = "a task",
        ["Thread"] = "a thread",
        ["ThreadPool"] = "a thread",
        ["Timer"] = "a timer: say the deadline, the shell arms it",
        ["ITimer"] = "a timer: say the deadline, the shell arms it",
        ["PeriodicTimer"] = "a timer: say the deadline, the shell arms it",
        ["CancellationToken"] = "cancellation: a pure call returns at once",
        ["Stream"] = "a stream",
        ["NetworkStream"] = "a stream",
        ["StreamReader"] = "a stream",
        ["StreamWriter"] = "a stream",
        ["Pipe"] = "a pipe",
        ["PipeReader"] = "a pipe",
        ["PipeWriter"] = "a pipe",
        ["IDuplexPipe"] = "a pipe",
        ["Socket"] = "a socket",
        ["ConnectionContext"] = "a connection",
        ["ILogger"] = "a logger: tell it as an event",
        ["ILoggerFactory"] = "a logger: tell it as an event",
        ["LoggerMessage"] = "a logger: tell it as an event",
        ["TimeProvider"] = "a clock: `now` is an argument",
        ["Stopwatch"] = "a clock: `now` is an argument",
        ["Environment"] = "the environment",
        ["Random"] = "randomness: take an injected source's value",
        ["RandomNumberGenerator"] = "randomness: take an injected source's value",
        ["File"] = "a file",
        ["IFileStore"] = "a store",
        ["Console"] = "the console",
    };

    public static bool IsPure(RepositoryFile file) =>
        file.Folders[0] switch
        {
            // the engine's Framing folder is the strands' Wire
            "src" => file.Folders.Skip(2).Any(Rooms.Contains) || file.Path.StartsWith("src/Ropewalk/Framing/", StringComparison.Ordinal),
            // a test of a room is not the room
            "samples" or "eng" => file.Folders.Skip(1).Any(Rooms.Contains) && !file.Folders.Any(folder => folder.EndsWith(".Tests", StringComparison.Ordinal)),
            _ => false,
        };

    public static IEnumerable<Violation> Find(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files.Where(IsPure))
        {
            string room = file.Folders.LastOrDefault(Rooms.Contains) ?? "Framing";
            foreach ((string name, SyntaxNode node) in file.UsedNames())
            {
                if (Forbidden.TryGetValue(name, out string? what))
                {
                    yield return new(file.Path, SourceFile.LineOf(node), $"`{name}`: a {room} room is pure and may not mention {what}. Move it to Server or Client.");
                }
                else if (name is "DateTime" or "DateTimeOffset" && node.Parent is MemberAccessExpressionSyntax { Name.Identifier.Text: "Now" or "UtcNow" or "Today" })
                {
                    yield return new(file.Path, SourceFile.LineOf(node), $"`{node.Parent}`: a {room} room has no clock: `now` is an argument.");
                }
            }

            // By its namespace: `Channel` alone is a word of several protocols.
            foreach (UsingDirectiveSyntax import in file.Root.DescendantNodes().OfType<UsingDirectiveSyntax>().Where(import => import.Name?.ToString() == "System.Threading.Channels"))
            {
                yield return new(file.Path, SourceFile.LineOf(import), $"`{import.Name}`: a {room} room is pure and may not mention a channel. Move it to Server or Client.");
            }

            foreach (SyntaxToken token in file.Root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.AwaitKeyword) || token.IsKind(SyntaxKind.AsyncKeyword)))
            {
                yield return new(file.Path, token.GetLocation().GetLineSpan().StartLinePosition.Line + 1, $"`{token.Text}`: a {room} room is pure and waits for nothing.");
            }
        }
    }
}
