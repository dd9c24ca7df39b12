using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Server;

/// <summary>Holds what an answer tells about one state of a file, made once and written to many answers.</summary>
internal sealed class Representation
{
    private static readonly StringValues BytesUnit = "bytes";
    private static readonly StringValues NoSniff = "nosniff";

    private readonly StringValues _contentType;
    private readonly StringValues _entityTag;
    private readonly StringValues _lastModified;
    private readonly StringValues _cacheControl;

    public Representation(SitePath path, FileStamp stamp, SiteSettings settings, DateTimeOffset now)
    {
        Path = path;
        Stamp = stamp;
        MayChangeUnseen = stamp.MayChangeUnseen(now);
        ContentType = MediaTypes.Of(path.Name, settings.MediaTypes);
        string tag = EntityTag.OfFile(stamp.LengthBytes, stamp.ModifiedUnixNanoseconds, MayChangeUnseen);
        Validators = new Validators(tag, HttpDate.Format(stamp.ModifiedUnixSeconds), stamp.ModifiedUnixSeconds);
        _contentType = ContentType;
        _entityTag = tag;
        _lastModified = Validators.LastModified;
        _cacheControl = settings.CacheControl;
    }

    public SitePath Path { get; }

    public FileStamp Stamp { get; }

    /// <summary>Whether the stamp was too fresh to be trusted later: see <see cref="FileStamp.MayChangeUnseen"/>.</summary>
    public bool MayChangeUnseen { get; }

    public string ContentType { get; }

    public Validators Validators { get; }

    public long LengthBytes => Stamp.LengthBytes;

    /// <summary>Writes the fields of a 200.</summary>
    public void WriteFields(IHeaderDictionary fields)
    {
        fields.ContentLength = Stamp.LengthBytes;
        fields.ContentType = _contentType;
        WriteValidators(fields);
        fields.AcceptRanges = BytesUnit;
        fields.XContentTypeOptions = NoSniff;
    }

    /// <summary>Writes the fields that a 304 has too (RFC 9110 §15.4.5).</summary>
    public void WriteValidators(IHeaderDictionary fields)
    {
        fields.ETag = _entityTag;
        fields.LastModified = _lastModified;
        fields.CacheControl = _cacheControl;
    }
}
