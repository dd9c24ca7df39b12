using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Session;

/// <summary>Stands before another responder: checks signatures and signs the answers, and lets through who may ask. <b>Spec</b>: RFC 8945 §5.2, §5.3.</summary>
/// <remarks>
/// In a datagram it also answers requests for transfers, which get a SOA at most; on a stream the session has asked for them before. An unsigned question of somebody who may ask costs next to nothing.
/// <b>Call</b>: from any thread.
/// </remarks>
public sealed class GuardedResponder : IMessageResponder
{
    private readonly IMessageResponder _inner;
    private readonly TsigGuard _guard;
    private readonly ITransferSource? _transfers;
    private volatile AccessRules _rules;

    /// <summary>Makes the responder.</summary>
    /// <param name="inner">Answers.</param>
    /// <param name="guard">Checks signatures.</param>
    /// <param name="rules">Who may ask; null for everybody.</param>
    /// <param name="transfers">Answers requests for transfers in datagrams; null to leave them to <paramref name="inner"/>.</param>
    public GuardedResponder(IMessageResponder inner, TsigGuard guard, AccessRules? rules = null, ITransferSource? transfers = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(guard);
        _inner = inner;
        _guard = guard;
        _rules = rules ?? AccessRules.Everybody;
        _transfers = transfers;
    }

    /// <summary>Gets or sets who may ask.</summary>
    public AccessRules Rules { get => _rules; set => _rules = value ?? throw new ArgumentNullException(nameof(value)); }

    /// <inheritdoc/>
    public int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
    {
        // An answer is never answered.
        if (message.Length < DnsLimits.HeaderBytes || (message[2] & 0x80) != 0)
        {
            return 0;
        }

        bool isDatagram = origin.Transport == DnsTransport.Udp;
        if (isDatagram && _transfers?.Begin(message, origin, response) is { IsAsked: true } start)
        {
            start.Transfer?.Dispose();
            return start.ResponseBytes;
        }

        TsigCheck check = _guard.Check(message, origin.Now);
        DnsResponseCode code = check.ResponseCode;
        if (code == DnsResponseCode.NoError && !_rules.Allows(origin.Peer, check.Key))
        {
            code = DnsResponseCode.Refused;
        }

        if (code == DnsResponseCode.NoError && !check.IsSigned)
        {
            return _inner.Respond(message, origin, response);
        }

        int room = Math.Min(response.Length, isDatagram ? DatagramBytesOf(message) : DnsLimits.MessageBytes) - check.ReservedBytes;
        int length = room < DnsLimits.HeaderBytes ? 0
            : code == DnsResponseCode.NoError ? _inner.Respond(message, origin, response[..room])
            : Refuse(message, code, response[..room]);
        return length > 0 && check.TrySign(response, ref length, origin.Now) ? length : 0;
    }

    // The inner responder keeps to this itself, but does not know of the signature behind its answer.
    private static int DatagramBytesOf(ReadOnlySpan<byte> message) =>
        QueryMessage.Decode(message, out QueryMessage query) == DnsViolation.None && query.HasEdns ? query.Edns.DatagramBytes : DnsLimits.PlainDatagramBytes;

    private static int Refuse(ReadOnlySpan<byte> message, DnsResponseCode code, Span<byte> response)
    {
        QueryMessage.Decode(message, out QueryMessage query);
        DnsMessageWriter writer = new(response);
        if (!query.Name.IsEmpty)
        {
            writer.TryWriteQuestion(query.Name, query.Type, query.Class);
        }

        if (query.HasEdns && writer.TryBeginOpt(DnsLimits.DatagramBytes, code, query.DnssecOk))
        {
            writer.EndOpt();
        }

        return writer.Finish(query.Header.ToResponse(code));
    }
}
