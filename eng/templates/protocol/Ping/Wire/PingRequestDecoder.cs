using System.Buffers;
using Ropewalk.Framing;

namespace Ping.Wire;

/// <summary>Decodes what a client says.</summary>
public sealed class PingRequestDecoder : IFrameDecoder<PingRequest>
{
    private readonly PingLine _line = new();

    /// <summary>Gets which rule was broken.</summary>
    public PingViolation Broken => _line.Broken;

    /// <inheritdoc/>
    public FrameViolation Violation => new(Broken.ToString(), CanContinue: true);

    /// <inheritdoc/>
    public DecodeStatus Decode(ref SequenceReader<byte> input, out PingRequest frame)
    {
        frame = default;
        DecodeStatus status = _line.Decode(ref input, out string word, out string rest);
        if (status != DecodeStatus.Frame)
        {
            return status;
        }

        switch (word)
        {
            case "PING":
                frame = PingRequest.Probe(rest);
                return DecodeStatus.Frame;
            case "QUIT":
                frame = PingRequest.Quit;
                return DecodeStatus.Frame;
            default:
                return _line.Break(PingViolation.UnknownWord);
        }
    }
}
