using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Bench;

/// <summary>Sends datagrams back; for the UDP benchmark.</summary>
internal static class UdpServer
{
    public static async Task<IAsyncDisposable> StartAsync(BenchArguments arguments)
    {
        var options = new DatagramPortOptions
        {
            BatchSize = 32,
            Mode = arguments.Transport == "portable" ? DatagramMode.Portable : DatagramMode.Batched,
        };
        DatagramHandler handler = arguments.Transport switch
        {
            "slots" => EchoFromSlots,
            "late" => EchoLate,
            _ => EchoInPlace,
        };
        EndpointSpec at = EndpointSpec.Parse(arguments.EndpointSpec);
        return await new EndpointContext().BindDatagramsAsync(at, handler, options);
    }

    // as the C loop does: the answer is the question's own buffer
    private static void EchoInPlace(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            batch.ReplyInPlace(i, batch[i].Payload.Length);
        }
    }

    // as a server does that makes its answers
    private static void EchoFromSlots(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            ReadOnlySpan<byte> question = batch[i].Payload;
            question.CopyTo(batch.GetReply(i, question.Length));
            batch.Reply(i, question.Length);
        }
    }

    // each answer by itself, as from another thread
    private static void EchoLate(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            batch.GetReplyTo(i).TrySend(batch[i].Payload);
        }
    }
}
