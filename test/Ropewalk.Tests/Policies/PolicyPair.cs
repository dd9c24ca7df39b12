using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Policies;

/// <summary>Connections in memory that come from an address and are served through policies.</summary>
internal static class PolicyPair
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static ConnectionDelegate Pipeline(Action<IConnectionBuilder> policies, ConnectionDelegate handler)
    {
        var builder = new ConnectionBuilder(new ServiceCollection().BuildServiceProvider());
        policies(builder);
        builder.Use(_ => handler);
        return builder.Build();
    }

    public static (ConnectionContext Client, ConnectionContext Server) Create(string? from = null)
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        if (from is not null)
        {
            server.RemoteEndPoint = new IPEndPoint(IPAddress.Parse(from), 40000);
        }

        return (client, server);
    }

    public static ConnectionEnd EndOf(ConnectionContext connection) => connection.Features.GetRequiredFeature<IConnectionEndFeature>().End;

    /// <summary>A handler that stays until its connection is gone.</summary>
    public static Task StayAsync(ConnectionContext connection)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionClosed.Register(gone.SetResult);
        return gone.Task;
    }
}
