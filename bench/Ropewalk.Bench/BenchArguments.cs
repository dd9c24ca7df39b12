using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Reactor;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Bench;

/// <summary>What the command line says.</summary>
internal sealed record BenchArguments(string Subject, string Transport, string Endpoint, int Port, int To)
{
    public static BenchArguments Parse(string[] args)
    {
        string Value(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        return new(
            args.Length > 0 ? args[0] : "",
            Value("--transport", "sockets"),
            Value("--endpoint", "tcp:127.0.0.1:{0}"),
            int.Parse(Value("--port", "7000"), CultureInfo.InvariantCulture),
            int.Parse(Value("--to", "0"), CultureInfo.InvariantCulture))
        {
            Loops = int.Parse(Value("--loops", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture),
            History = int.Parse(Value("--history", "-1"), CultureInfo.InvariantCulture),
            SendQueueBytes = int.Parse(Value("--sendqueue", "0"), CultureInfo.InvariantCulture),
            Control = int.Parse(Value("--control", "0"), CultureInfo.InvariantCulture),
            Folder = Value("--folder", ""),
            Log = Value("--log", ""),
        };
    }

    /// <summary>How many loops the reactor runs.</summary>
    public int Loops { get; private init; }

    /// <summary>How many messages of a channel <c>irc</c> keeps; as it is by default if below zero.</summary>
    public int History { get; private init; }

    /// <summary>How many bytes may wait for a client of <c>irc</c>; as it is by default if zero.</summary>
    public int SendQueueBytes { get; private init; }

    /// <summary>The port where <c>irc</c> says what it has allocated; none if zero.</summary>
    public int Control { get; private init; }

    /// <summary>The folder that <c>web</c> serves.</summary>
    public string Folder { get; private init; } = "";

    /// <summary>Where <c>web</c> writes its access log; nowhere if empty.</summary>
    public string Log { get; private init; } = "";

    /// <summary>Where to listen, with the port filled in: <c>tls:127.0.0.1:{0}:cert=x.pem</c>.</summary>
    public string EndpointSpec => string.Format(CultureInfo.InvariantCulture, Endpoint, Port);

    public EndpointContext CreateContext()
    {
        IConnectionListenerFactory listeners = Transport switch
        {
            "sockets" => new SocketTransport(new SocketTransportOptions { Backlog = 4096 }),
            "reactor" => new ReactorTransport(new ReactorTransportOptions { Backlog = 4096, Loops = Loops }),
            _ => throw new ArgumentException($"There is no transport {Transport}."),
        };
        return new EndpointContext { StreamListeners = listeners, StreamConnections = (IConnectionFactory)listeners };
    }
}
