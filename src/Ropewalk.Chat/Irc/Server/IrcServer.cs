using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Sessions;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Is an IRC server: one network, on any number of endpoints.</summary>
/// <remarks>
/// <b>Call</b>: <see cref="StartAsync"/>, then listen with <see cref="OnConnectedAsync"/> as what serves the connections. <b>Lifetime</b>: dispose it when its
/// connections have ended.
/// </remarks>
public sealed class IrcServer : IAsyncDisposable
{
    private readonly IrcServerOptions _options;
    private readonly IrcServerHandler _handler;
    private readonly IrcStores _stores;
    private IDisposable? _observed;

    private IrcServer(IrcServerOptions options, byte[] cloakKey)
    {
        _options = options;
        Log = options.LoggerFactory.CreateLogger("Ropewalk.Chat.Irc");
        Span<byte> run = stackalloc byte[sizeof(ulong)];
        options.Random.GetBytes(run);
        Network = new IrcNetwork(options.Network, new IrcSeed(BinaryPrimitives.ReadUInt64LittleEndian(run), cloakKey), UtcNow);
        Network.CanBeStopped = options.Stop is not null;
        Owner = new IrcOwner(Log);
        _stores = new IrcStores(this, options, new StoreCalls(options.TimeProvider, options.StoreTimeout, Log));
        if (options.Files is { } files)
        {
            History = new HistoryLog(files, options, Log, TellKept);
            Network.KeepsHistory = true;
        }

        byte[] ping = Encoding.ASCII.GetBytes($"PING :{options.Network.ServerName}\r\n");
        _handler = new IrcServerHandler(this, _stores, new SessionOptions { TimeProvider = options.TimeProvider }, ping);
    }

    /// <summary>Gets the owner's turn.</summary>
    internal IrcOwner Owner { get; }

    /// <summary>Gets the network. <b>Call</b>: on the owner's turn.</summary>
    internal IrcNetwork Network { get; }

    /// <summary>Gets the log of registered channels, or null.</summary>
    internal HistoryLog? History { get; }

    internal ILogger Log { get; }

    /// <summary>Gets what the network is set to.</summary>
    internal IrcNetworkOptions Options => Network.Options;

    internal DateTimeOffset UtcNow => _options.TimeProvider.GetUtcNow();

    /// <summary>Makes a server, and takes over the channels, accounts and bans that are kept.</summary>
    /// <exception cref="ArgumentException">The options cannot be; all that is wrong is said.</exception>
    /// <exception cref="Storage.RecordStoreException">What is kept cannot be read.</exception>
    public static async ValueTask<IrcServer> StartAsync(IrcServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfAny(options.Validate());
        var server = new IrcServer(options, await CloakKey.GetAsync(options.Records, options.StoreName, options.Random, cancellationToken));
        await server._stores.LoadAsync(server.Network, cancellationToken);
        if (server.History is { } history)
        {
            await history.StartAsync(server.TakeHistory, cancellationToken);
        }

        server._observed = IrcMeter.Observe(server.Network);
        return server;
    }

    /// <summary>Serves a connection: <c>listener.ListenAsync("tcp:6667", server.OnConnectedAsync)</c>.</summary>
    public Task OnConnectedAsync(ConnectionContext connection) => _handler.OnConnectedAsync(connection);

    /// <summary>
    /// Exchanges what the network is set to. Connections stay; classes hold for new ones, the bounds of histories for all channels, and who is an operator by a block that is no more, or
    /// was changed, is one no longer.
    /// </summary>
    /// <exception cref="ArgumentException">The options cannot be; nothing was changed.</exception>
    public void Apply(IrcNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfAny(options.Validate());
        Owner.Post(_ => Network.Apply(options, UtcNow));
    }

    /// <summary>Says that the server will stop: those who leave from here on are not announced to each other.</summary>
    public void BeginStop() => Owner.Post(_ => Network.IsStopping = true);

    /// <summary>Writes what waits to be written. <b>Call</b>: when the connections have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        _observed?.Dispose();
        if (History is not null)
        {
            await History.DisposeAsync();
        }
    }

    private static void ThrowIfAny(IEnumerable<string> problems)
    {
        string all = string.Join(' ', problems);
        if (all.Length > 0)
        {
            throw new ArgumentException(all, "options");
        }
    }

    private void TakeHistory(HistoryRecord record)
    {
        if (Network.FindChannel(record.Channel) is { Registration: { } registration } channel
            && registration.RegisteredAt.ToUnixTimeMilliseconds() == record.ChannelRegistered.ToUnixTimeMilliseconds()
            && Network.Limits.HistoryMessages > 0)
        {
            Network.Keep(channel, record.ToHistory());
        }
    }

    // The batch is handed over: the writer makes a new one.
    private void TellKept(IReadOnlyList<IrcWork.KeepMessages> written) =>
        Owner.Post(_ =>
        {
            foreach (IrcWork.KeepMessages work in written)
            {
                TellOne(work);
            }
        });

    // One that fails is its sender's affair; the others are told all the same.
    private void TellOne(IrcWork.KeepMessages work)
    {
        try
        {
            Network.Complete(work, UtcNow);
        }
        catch (Exception exception)
        {
            IrcServerLog.OwnerFailed(Log, exception);
        }
        finally
        {
            work.Done!();
        }
    }
}
