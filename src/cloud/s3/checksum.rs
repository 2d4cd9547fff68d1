//! Checksums of objects: MD5, which the ETag is, and CRC-64/NVME, which the AWS CLI sends with what it uploads.

use base64::Engine as _;
use md5::{Digest as _, Md5};

/// The MD5 in 32 lower-case hexadecimal digits.
pub(super) fn md5_hex(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// CRC-64/NVME's polynomial, its bits reversed. Source: NVM Express NVM Command Set Specification.
const POLYNOMIAL: u64 = 0x9A6C_9329_AC4B_C9B5;

/// What each byte adds.
const TABLE: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ POLYNOMIAL } else { crc >> 1 };
            bit += 1;
        }
        #[allow(
            clippy::indexing_slicing,
            reason = "computed when it is compiled, where an index out of range is an error"
        )]
        {
            table[byte] = crc;
        }
        byte += 1;
    }
    table
};

/// The CRC-64/NVME.
fn crc64nvme(bytes: &[u8]) -> u64 {
    !bytes.iter().fold(!0, |crc: u64, byte| {
        let at = usize::from((crc as u8) ^ byte);
        (crc >> 8) ^ TABLE.get(at).copied().unwrap_or_default()
    })
}

/// The CRC-64/NVME, as S3 writes it.
pub(super) fn crc64nvme_base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(crc64nvme(bytes).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_their_specifications() {
        // RFC 1321, appendix A.5.
        assert_eq!(md5_hex(b""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(md5_hex(b"message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
        // The check value of the catalogue of parametrised CRC algorithms.
        assert_eq!(crc64nvme(b"123456789"), 0xAE8B_1486_0A79_9888);
        assert_eq!(crc64nvme_base64(b""), "AAAAAAAAAAA=");
    }
}
