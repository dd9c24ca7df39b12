using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>Log event ids: each one used once, and inside its room's block, so that an id in a log names a line of code.</summary>
internal static class EventIds
{
    // The longest path wins. docs: CONTRIBUTING.md, "Logs".
    private static readonly (string Room, int From, int To)[] Blocks =
    [
        ("src/Ropewalk/Server/", 1000, 1079),
        ("src/Ropewalk/Endpoints/", 1080, 1099),
        ("src/Ropewalk/Client/", 1100, 1189),
        ("src/Ropewalk/Relay/", 1190, 1199),
        ("src/Ropewalk/Transports/Sockets/", 1200, 1299),
        ("src/Ropewalk/Transports/Reactor/", 1300, 1399),
        ("src/Ropewalk/Transports/Datagrams/", 1400, 1499),
        ("src/Ropewalk/Policies/", 1500, 1599),
        ("src/Ropewalk/Security/", 1600, 1699),
        ("src/Ropewalk/Hosting/", 1700, 1799),
        ("src/Ropewalk/Sessions/", 1800, 1899),
        ("src/Ropewalk/Storage/", 1900, 1999),
        ("src/Ropewalk.Web/", 3000, 3999),
        ("src/Ropewalk.Chat/", 4000, 4299),
        ("src/Ropewalk.Dns/", 4300, 4499),
        ("src/Ropewalk.Cli/", 9000, 9999),
    ];

    public static IEnumerable<Violation> Find(IEnumerable<SourceFile> files)
    {
        Dictionary<int, string> seen = [];
        foreach (SourceFile file in files)
        {
            foreach (AttributeSyntax attribute in file.Root.DescendantNodes().OfType<AttributeSyntax>().Where(IsLoggerMessage))
            {
                int line = SourceFile.LineOf(attribute);
                if (IdOf(attribute) is not { } id)
                {
                    yield return new(file.Path, line, "a LoggerMessage without an event id (a literal number)");
                    continue;
                }

                if (!seen.TryAdd(id, $"{file.Path}:{line}"))
                {
                    yield return new(file.Path, line, $"event id {id} is already used at {seen[id]}");
                }

                (string? room, int from, int to) = Blocks.Where(block => file.Path.StartsWith(block.Room, StringComparison.Ordinal)).OrderByDescending(block => block.Room.Length).FirstOrDefault();
                if (room is null)
                {
                    yield return new(file.Path, line, $"event id {id}: this room has no block of ids yet; give it one in EventIds.Blocks and in CONTRIBUTING.md");
                }
                else if (id < from || id > to)
                {
                    yield return new(file.Path, line, $"event id {id}: {room} has {from} to {to}");
                }
            }
        }
    }

    private static bool IsLoggerMessage(AttributeSyntax attribute) => attribute.Name.ToString() is "LoggerMessage" or "LoggerMessageAttribute";

    private static int? IdOf(AttributeSyntax attribute)
    {
        AttributeArgumentSyntax[] arguments = [.. attribute.ArgumentList?.Arguments ?? default];
        AttributeArgumentSyntax? id = arguments.FirstOrDefault(argument => (argument.NameEquals?.Name ?? argument.NameColon?.Name)?.Identifier.Text is "EventId" or "eventId")
            ?? arguments.FirstOrDefault(argument => argument.NameEquals is null);
        return (id?.Expression as LiteralExpressionSyntax)?.Token.Value as int?;
    }
}
