using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server;

/// <summary>Tells secondaries of new versions of zones, by datagrams from a port of its own. <b>Spec</b>: RFC 1996.</summary>
/// <remarks><b>Call</b>: from any thread. What is sent and when is <see cref="NotifyTable"/>'s; here are the port, the clock and chance.</remarks>
public sealed class NotifySender : IAsyncDisposable
{
    private readonly Lock _turn = new();
    private readonly NotifyTable _table;
    private readonly TimeProvider _time;
    private readonly RandomNumberGenerator _random;
    private readonly ILogger _log;
    private readonly long _began;
    private readonly byte[] _message = new byte[DnsLimits.DatagramBytes];
    private readonly ITimer _timer;
    private IDatagramPort? _port;
    private bool _isDisposed;

    private NotifySender(NotifyLimits? limits, TimeProvider time, RandomNumberGenerator random, ILoggerFactory? loggerFactory)
    {
        _table = new NotifyTable(limits);
        _time = time;
        _random = random;
        _log = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger(DnsServerLog.Category);
        _began = time.GetTimestamp();
        _timer = time.CreateTimer(static self => ((NotifySender)self!).Send(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets how many notices wait for an answer or for being sent.</summary>
    public int Count
    {
        get
        {
            lock (_turn)
            {
                return _table.Count;
            }
        }
    }

    /// <summary>Binds a port and begins.</summary>
    /// <param name="ports">Binds the port.</param>
    /// <param name="random">The source of the messages' numbers.</param>
    /// <param name="limits">The bounds; null for the defaults.</param>
    /// <param name="from">Where notices are sent from; null for a free port of every address, IPv6 and IPv4.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where the log goes; null for nowhere.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<NotifySender> StartAsync(
        IDatagramPortFactory ports,
        RandomNumberGenerator random,
        NotifyLimits? limits = null,
        IPEndPoint? from = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentNullException.ThrowIfNull(random);
        NotifySender sender = new(limits, timeProvider ?? TimeProvider.System, random, loggerFactory);
        sender._port = await ports.BindAsync(from ?? new IPEndPoint(IPAddress.IPv6Any, 0), sender.Receive, null, cancellationToken);
        return sender;
    }

    /// <summary>Tells a secondary of a zone's new version; a notice of an older one that still waits is dropped.</summary>
    /// <param name="zone">The zone in its new version.</param>
    /// <param name="secondary">The secondary, with its port: 53.</param>
    /// <param name="key">What the notice is signed with; null for not at all.</param>
    /// <returns>False if too many wait, or the sender is disposed of.</returns>
    public bool TryNotify(Zone zone, in PeerAddress secondary, TsigKey? key = null)
    {
        Span<byte> random = stackalloc byte[2];
        _random.GetBytes(random);
        lock (_turn)
        {
            if (_isDisposed || !_table.TryAdd(zone, secondary, key, BinaryPrimitives.ReadUInt16BigEndian(random), Now))
            {
                return false;
            }
        }

        Send();
        return true;
    }

    /// <summary>Ends: what still waits is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_turn)
        {
            _isDisposed = true;
        }

        await _timer.DisposeAsync();
        if (_port is not null)
        {
            await _port.DisposeAsync();
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_began);

    private void Send()
    {
        lock (_turn)
        {
            while (!_isDisposed && _table.TryTake(_message, _time.GetUtcNow(), Now, out PeerAddress to, out int length))
            {
                // What the system does not take is as what the network loses: it is sent again.
                _port!.TrySend(to, _message.AsSpan(0, length));
            }

            TellOutcomes();
            Arm();
        }
    }

    private void Receive(ref DatagramBatch batch)
    {
        lock (_turn)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                _table.Receive(batch[i].Payload, batch[i].Peer, _time.GetUtcNow());
            }

            TellOutcomes();
            Arm();
        }
    }

    private void Arm()
    {
        if (_isDisposed)
        {
            return;
        }

        // Timers count whole milliseconds: one that came early would find nothing to do.
        TimeSpan wait = _table.NextDeadline is { } due ? TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (due - Now).TotalMilliseconds))) : Timeout.InfiniteTimeSpan;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void TellOutcomes()
    {
        while (_table.TryTakeOutcome(out NotifyOutcome outcome))
        {
            if (outcome.ResponseCode is { } code)
            {
                DnsServerLog.NotifyAnswered(_log, outcome.Target.Secondary.ToString(), outcome.Target.Zone.ToString(), code.Mnemonic());
            }
            else
            {
                DnsServerLog.NotifyGivenUp(_log, outcome.Target.Secondary.ToString(), outcome.Attempts, outcome.Target.Zone.ToString());
            }
        }
    }
}
