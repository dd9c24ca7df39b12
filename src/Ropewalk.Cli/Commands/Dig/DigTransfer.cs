using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Shows a transfer as it comes: dig shows its records as they lie in the messages, the SOA record at both ends.</summary>
internal sealed class DigTransfer(DigRequest request, DigText text, CommandSurroundings surroundings) : IRecordSink
{
    private ResourceRecord? _start;

    /// <summary>Transfers.</summary>
    public async Task<int> RunAsync(DnsClient client, DomainName name, EndpointSpec server)
    {
        server = server.Scheme == "udp" ? EndpointSpec.Tcp(server.Host, server.Port!.Value) : server;
        ZoneTransferOptions options = new() { Class = request.Query.Class, Key = request.Key?.Name, IdleTimeout = request.Query.Timeout ?? ZoneTransferOptions.Default.IdleTimeout };
        ZoneTransfer transfer;
        if (request.Since is { } since)
        {
            List<ZoneChange> changes = [];
            transfer = await client.TransferChangesAsync(name, since, server, changes.Add, options);
            _start = changes.FindLast(change => change.Record.Type == DnsType.SOA && change.Kind != ZoneChangeKind.Removed)?.Record;
            IEnumerable<ResourceRecord> records = changes.Select(change => change.Record);
            foreach (ResourceRecord record in transfer.Kind == ZoneTransferKind.Changes && _start is not null ? records.Prepend(_start) : records)
            {
                Show(record);
            }
        }
        else
        {
            transfer = await client.TransferAsync(name, server, this, options);
        }

        if (!transfer.IsComplete)
        {
            bool isUnsigned = transfer.Failure == ZoneTransferFailure.NotSigned;
            if (isUnsigned && !request.IsJson)
            {
                text.Warn(request, $"Couldn't verify signature: {(transfer.Code == DnsResponseCode.NoError ? "tsig verify failure" : "tsig indicates error")}");
            }

            string code = transfer.Code == DnsResponseCode.NoError ? "" : $" ({(isUnsigned ? transfer.Code.TsigMnemonic() : transfer.Code.Mnemonic())})";
            surroundings.Console.Error.WriteLine($";; {server}: {transfer.Failure}{code}");
            (request.IsJson ? surroundings.Console.Error : surroundings.Console.Output).WriteLine("; Transfer failed.");
            return transfer.Failure is ZoneTransferFailure.Unreachable or ZoneTransferFailure.TimedOut ? DigCommand.NoReply : DigCommand.Answered;
        }

        if (_start is not null && !request.HasOneStart)
        {
            Show(_start);
        }

        if (!request.IsJson)
        {
            text.WriteStatistics(request, transfer, server, surroundings.Time.GetUtcNow());
        }

        return DigCommand.Answered;
    }

    /// <inheritdoc/>
    public void Add(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata, SourcePosition position = default)
    {
        DomainName.Decode(owner, out DomainName? name);
        RecordFormat.Of(type, recordClass).Create(rdata, out Rdata? value);
        ResourceRecord record = new(name!, recordClass, TimeSpan.FromSeconds((long)ttl), value!);
        _start ??= record;
        Show(record);
    }

    private void Show(ResourceRecord record)
    {
        if (request.IsJson)
        {
            surroundings.Console.Output.WriteLine(DigJson.Write(record));
        }
        else if (request.IsShort)
        {
            surroundings.Console.Output.WriteLine(new DigRecordText(request).Rdata(record));
        }
        else if (request.Parts.HasFlag(DigParts.Answer))
        {
            text.Write(request, record);
        }
    }
}
