using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;

namespace Ropewalk.Sessions;

/// <summary>Reads frame after frame, for a conversation that is too small to need a session.</summary>
public static class FrameReaderExtensions
{
    /// <summary>
    /// Reads the frames of <paramref name="input"/>, until it has ended or <see cref="PipeReader.CancelPendingRead"/> is called. What lies behind the last frame
    /// that was taken stays in the pipe; an unfinished frame at the end is not told.
    /// </summary>
    /// <remarks>
    /// <b>Lifetime</b>: a frame of bytes is valid until the next one is asked for; meanwhile nothing else may read the pipe. Nothing is read ahead: who does not ask
    /// holds the peer back.
    /// </remarks>
    /// <param name="input">The pipe.</param>
    /// <param name="decoder">Cuts the frames, each with a maximum: one of <see cref="Frames"/>, or your own.</param>
    /// <param name="cancellationToken">Ends the wait for a frame.</param>
    /// <exception cref="ProtocolException">The peer broke a rule of the frames, whether or not the decoder could go on. Side remote, scope connection.</exception>
    public static async IAsyncEnumerable<T> ReadFramesAsync<T>(
        this PipeReader input,
        IFrameDecoder<T> decoder,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(decoder);
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            SequencePosition consumed = read.Buffer.Start;
            bool isExhausted = false;
            try
            {
                while (TryDecode(decoder, read.Buffer, ref consumed, out T? frame))
                {
                    yield return frame!;
                }

                isExhausted = true;
            }
            finally
            {
                // Who stopped asking in the middle leaves the rest unexamined, for the next reader.
                input.AdvanceTo(consumed, isExhausted ? read.Buffer.End : consumed);
            }

            if (read.IsCompleted || read.IsCanceled)
            {
                yield break;
            }
        }
    }

    private static bool TryDecode<T>(IFrameDecoder<T> decoder, in ReadOnlySequence<byte> bytes, ref SequencePosition consumed, out T? frame)
    {
        var reader = new SequenceReader<byte>(bytes.Slice(consumed));
        DecodeStatus status = decoder.Decode(ref reader, out frame);
        consumed = reader.Position;
        return status switch
        {
            DecodeStatus.Frame => true,
            DecodeStatus.NeedMore => false,
            _ => throw new ProtocolException(decoder.Violation.Rule, ErrorSide.Remote, ErrorScope.Connection),
        };
    }
}
