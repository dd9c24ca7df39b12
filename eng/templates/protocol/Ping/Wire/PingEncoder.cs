using System.Buffers;
using System.Text;
using Ropewalk.Framing;

namespace Ping.Wire;

/// <summary>Encodes what either side says.</summary>
public sealed class PingEncoder : IFrameEncoder<PingRequest>, IFrameEncoder<PingReply>
{
    private readonly LineEncoder _lines = new(PingLine.MaxBytes);

    /// <inheritdoc/>
    public void Encode(PingRequest frame, IBufferWriter<byte> output) =>
        Line(frame.Kind == PingRequestKind.Probe ? $"PING {frame.Token}" : "QUIT", output);

    /// <inheritdoc/>
    public void Encode(PingReply frame, IBufferWriter<byte> output) =>
        Line(frame.Kind switch { PingReplyKind.Pong => $"PONG {frame.Text}", PingReplyKind.Error => $"ERROR {frame.Text}", _ => "BYE" }, output);

    private void Line(string text, IBufferWriter<byte> output)
    {
        if (text.Any(c => c is < ' ' or > '~'))
        {
            throw new ArgumentException("A line holds printable ASCII only.", nameof(text));
        }

        _lines.Encode(Encoding.ASCII.GetBytes(text), output);
    }
}
