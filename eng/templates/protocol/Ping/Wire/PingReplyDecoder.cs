using System.Buffers;
using Ropewalk.Framing;

namespace Ping.Wire;

/// <summary>Decodes what a server says.</summary>
public sealed class PingReplyDecoder : IFrameDecoder<PingReply>
{
    private readonly PingLine _line = new();

    /// <summary>Gets which rule was broken.</summary>
    public PingViolation Broken => _line.Broken;

    /// <inheritdoc/>
    public FrameViolation Violation => new(Broken.ToString(), CanContinue: true);

    /// <inheritdoc/>
    public DecodeStatus Decode(ref SequenceReader<byte> input, out PingReply frame)
    {
        frame = default;
        DecodeStatus status = _line.Decode(ref input, out string word, out string rest);
        if (status != DecodeStatus.Frame)
        {
            return status;
        }

        PingReplyKind? kind = word switch { "PONG" => PingReplyKind.Pong, "ERROR" => PingReplyKind.Error, "BYE" => PingReplyKind.Bye, _ => null };
        frame = new PingReply(kind ?? default, rest);
        return kind is null ? _line.Break(PingViolation.UnknownWord) : DecodeStatus.Frame;
    }
}
