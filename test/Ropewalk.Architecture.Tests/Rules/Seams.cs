using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>
/// Who may name what reaches outside: sockets, TLS, files, the clock, randomness, the thread pool. Everything else takes the seam: a
/// <c>ConnectionContext</c>, a datagram port, <c>IFileStore</c>, <c>TimeProvider</c>, an injected source.
/// </summary>
internal static class Seams
{
    private sealed record Seam(string[] Names, string Instead, string[] Rooms);

    private static readonly Seam[] All =
    [
        new(["Socket", "SocketAsyncEventArgs", "SafeSocketHandle", "NetworkStream", "TcpClient", "TcpListener", "UdpClient"],
            "streams enter through IConnectionListenerFactory and IConnectionFactory, datagrams through the datagram port",
            ["src/Ropewalk/Transports/"]),
        new(["SslStream", "SslServerAuthenticationOptions", "SslClientAuthenticationOptions"],
            "TLS is the engine's: UseTls, UpgradeToTlsAsync, a tls: endpoint",
            ["src/Ropewalk/Security/"]),
        new(["File", "Directory", "FileStream", "FileInfo", "DirectoryInfo", "FileSystemWatcher", "RandomAccess"],
            "durable state goes through IFileStore",
            [
                "src/Ropewalk/Transports/", // Unix socket files, inherited handles
                "src/Ropewalk/Security/", // certificates
                "src/Ropewalk/Blocking/", // where blocking work is pushed off the loops
                "src/Ropewalk/Storage/Disk", // the seam's own real side
                "src/Ropewalk.Storage/Sqlite/", // makes its database's file with the mode of its owner
                "src/Ropewalk.Cli/", // reads the configuration file it is given
                "src/Ropewalk.Testing/", // reads transcripts
                "src/Ropewalk.Web/Static/Disk/", // what opens the one canonical path object
            ]),
        new(["Dns"], "names are resolved through INameResolver", ["src/Ropewalk/Blocking/", "src/Ropewalk/Client/SystemNameResolver"]),
        new(["Stopwatch"], "time comes from TimeProvider", ["src/Ropewalk/Transports/"]),
        new(["ThreadPool", "Parallel"], "leaves the simulation's thread; blocking work goes through Blocking/",
            [
                "src/Ropewalk/Transports/",
                "src/Ropewalk/Security/",
                "src/Ropewalk/Blocking/",
                "src/Ropewalk/Server/TurnStart", // where a connection's own turn begins on a transport without turns
                "src/Ropewalk.Testing/", // its schedulers
                "src/Ropewalk/Client/CallerContext", // where a client's method leaves its caller's context, once
            ]),
    ];

    private static readonly (string Type, string[] Members, string Instead, string[] Rooms)[] Members =
    [
        ("DateTime", ["Now", "UtcNow", "Today"], "time comes from TimeProvider", []),
        ("DateTimeOffset", ["Now", "UtcNow"], "time comes from TimeProvider", []),
        ("Random", ["Shared"], "randomness is injected", []),
        ("Task", ["Run"], "leaves the simulation's thread; blocking work goes through Blocking/", ["src/Ropewalk/Transports/", "src/Ropewalk/Security/", "src/Ropewalk/Blocking/"]),
        ("Thread", ["Sleep"], "nothing may block a thread", []),
        ("Environment", ["TickCount", "TickCount64"], "time comes from TimeProvider", ["src/Ropewalk/Transports/"]),
    ];

    public static IEnumerable<Violation> Find(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files.Where(file => file.Folders[0] == "src"))
        {
            foreach ((string name, SyntaxNode node) in file.UsedNames())
            {
                foreach (Seam seam in All.Where(seam => seam.Names.Contains(name) && !InRoom(file, seam.Rooms) && !IsOwnNamespace(node)))
                {
                    yield return new(file.Path, SourceFile.LineOf(node), $"`{name}` is named outside {string.Join(", ", seam.Rooms)}: {seam.Instead}");
                }

                if (node.Parent is MemberAccessExpressionSyntax access && access.Expression == node)
                {
                    foreach ((string type, string[] members, string instead, string[] rooms) in Members)
                    {
                        if (type == name && members.Contains(access.Name.Identifier.Text) && !InRoom(file, rooms))
                        {
                            yield return new(file.Path, SourceFile.LineOf(node), $"`{access}`: {instead}");
                        }
                    }
                }
            }
        }
    }

    // Ropewalk.Dns is a namespace, not System.Net.Dns.
    private static bool IsOwnNamespace(SyntaxNode node) => node.Parent switch
    {
        QualifiedNameSyntax qualified => qualified.Right == node && qualified.Left.ToString() == "Ropewalk",
        MemberAccessExpressionSyntax access => access.Name == node && access.Expression.ToString() == "Ropewalk",
        _ => false,
    };

    private static bool InRoom(SourceFile file, string[] rooms) => rooms.Any(room => file.Path.StartsWith(room, StringComparison.Ordinal));
}
