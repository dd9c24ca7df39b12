using Microsoft.Extensions.Options;

namespace Ropewalk.Transports.Datagrams;

/// <summary>Sets a datagram port's threads and sizes. Read when the port is bound; to change one is a restart of the port.</summary>
/// <remarks>
/// A worker owns BatchSize × (MaxDatagramBytes + MaxReplyBytes) of memory for as long as it lives: 260 KiB with the defaults, of which the
/// system makes real only what datagrams have touched.
/// </remarks>
public sealed class DatagramPortOptions
{
    /// <summary>The largest payload that UDP can carry, over IPv6 without a jumbogram: 65,535 less the UDP header's 8 bytes.</summary>
    public const int MaxPayloadBytes = 65_527;

    internal const int MaxWorkers = 256;
    internal const int MinBufferBytes = 4096;
    internal const int MaxBufferBytes = 1 << 30;

    /// <summary>
    /// Gets or sets the number of threads that receive and handle. 1 to 256; default 1 (as NSD's <c>server-count</c> and Unbound's
    /// <c>num-threads</c>): the handler is then never entered twice at a time.
    /// </summary>
    public int Workers { get; set; } = 1;

    /// <summary>
    /// Gets or sets the most datagrams that a worker takes at once, and the replies it holds before it sends. 1 to 1,024, Linux's bound on
    /// one call; default 32 (quinn's batch size; Knot takes 10, NSD 100).
    /// </summary>
    public int BatchSize { get; set; } = 32;

    /// <summary>
    /// Gets or sets the longest datagram that is received whole; what is longer is cut and marked. 1 to <see cref="MaxPayloadBytes"/> bytes;
    /// default 4,096 (the largest that DNS servers announce: BIND's <c>edns-udp-size</c> bound).
    /// </summary>
    public int MaxDatagramBytes { get; set; } = 4096;

    /// <summary>
    /// Gets or sets the longest reply that fits a slot. 1 to <see cref="MaxPayloadBytes"/> bytes; default null, the same as
    /// <see cref="MaxDatagramBytes"/>. Late replies are not bound by it.
    /// </summary>
    public int? MaxReplyBytes { get; set; }

    /// <summary>
    /// Gets or sets how much the system may queue per socket before it discards. 4 KiB to 1 GiB; default 4 MiB (Knot's, and Unbound's
    /// <c>so-rcvbuf</c>); the system may allow less (Linux: <c>net.core.rmem_max</c>).
    /// </summary>
    public int ReceiveBufferBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Gets or sets how much may wait to leave per socket. 4 KiB to 1 GiB; default 4 MiB (Unbound's <c>so-sndbuf</c>); the system may allow less.
    /// </summary>
    public int SendBufferBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Gets or sets how long a worker waits for room in the send buffer before it drops the rest of a batch's replies. 1 ms to 10 s;
    /// default 100 ms: waiting is the only backpressure UDP has, and longer than a resolver's own patience (Unbound: 376 ms) would be useless.
    /// </summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Gets or sets whether a port bound to <c>::</c> also takes IPv4. Default true (Kestrel's <c>ListenAnyIP</c>). IPv4 peers are shown as IPv4.
    /// </summary>
    public bool DualStack { get; set; } = true;

    /// <summary>Gets or sets how to talk to the system. Default <see cref="DatagramMode.Auto"/>.</summary>
    public DatagramMode Mode { get; set; }

    /// <summary>
    /// Gets or sets the only one whose datagrams are received and who can be sent to; null, the default, for everybody. Only a port in
    /// <see cref="DatagramMode.Pooled"/> mode has one: the system then discards what others send, and says when nobody listens there (<see cref="DatagramBatch.IsRefused"/>).
    /// Other ports, and those in memory, receive from everybody all the same.
    /// </summary>
    public PeerAddress? Peer { get; set; }

    /// <summary>Says everything that is wrong with the values.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> wrong = [];
        Bound(Workers, 1, MaxWorkers, nameof(Workers));
        Bound(BatchSize, 1, 1024, nameof(BatchSize));
        Bound(MaxDatagramBytes, 1, MaxPayloadBytes, nameof(MaxDatagramBytes));
        Bound(MaxReplyBytes ?? 1, 1, MaxPayloadBytes, nameof(MaxReplyBytes));
        Bound(ReceiveBufferBytes, MinBufferBytes, MaxBufferBytes, nameof(ReceiveBufferBytes));
        Bound(SendBufferBytes, MinBufferBytes, MaxBufferBytes, nameof(SendBufferBytes));
        if (SendTimeout < TimeSpan.FromMilliseconds(1) || SendTimeout > TimeSpan.FromSeconds(10))
        {
            wrong.Add($"{nameof(SendTimeout)} is {SendTimeout}; it must be between 1 ms and 10 s.");
        }

        if (!Enum.IsDefined(Mode))
        {
            wrong.Add($"{nameof(Mode)} is {Mode}; it must be Auto, Batched, Portable or Pooled.");
        }

        return wrong;

        void Bound(int value, int least, int most, string name)
        {
            if (value < least || value > most)
            {
                wrong.Add($"{name} is {value}; it must be between {least} and {most}.");
            }
        }
    }

    internal DatagramPortOptions Copy() => (DatagramPortOptions)MemberwiseClone();

    /// <summary>Copies the values, so that later changes don't reach a bound port, and refuses wrong ones all at once.</summary>
    internal DatagramPortOptions Freeze()
    {
        DatagramPortOptions copy = Copy();
        IReadOnlyList<string> wrong = copy.Validate();
        return wrong.Count == 0 ? copy : throw new OptionsValidationException(nameof(DatagramPortOptions), typeof(DatagramPortOptions), wrong);
    }
}
